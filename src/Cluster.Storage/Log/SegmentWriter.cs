using System.Runtime.InteropServices;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Puts batches into segment files: creates, extends, seals and renames them. Runs on the log's lane. Every step may be repeated after
/// a full disk refused it; none is repeated after a failed sync.
/// </summary>
internal sealed unsafe class SegmentWriter(ShardLogOptions options, Segment? active)
{
    /// <summary>
    /// Small writes carry the next zeros along, so that most syncs overwrite blocks that exist and need no journal commit
    /// (docs/decisions/0001). Writes of half a step or more pay for their own growth, and on a disk that is nearly full all do.
    /// </summary>
    private const int ZeroStepBytes = 256 << 10;

    private static readonly nint Zeros = (nint)NativeMemory.AllocZeroed(ZeroStepBytes);

    private readonly StorageEnvironment _environment = options.Environment;
    private readonly List<IoRange> _ranges = [];
    private Segment? _active = active;
    private long _fileBytes = active?.File?.Length ?? 0;
    private bool _dirty;

    public Segment? Active => _active;

    /// <summary>The active file holds bytes that no sync has covered.</summary>
    public bool IsDirty => _dirty;

    public bool SyncFailed { get; private set; }

    /// <summary>Takes the batches out of the list as they are written: what is left after a throw is to be tried again.</summary>
    public void Write(List<WalBatch> batches, LogWriter log)
    {
        while (batches.Count > 0)
        {
            var segment = batches[0].Chunk.Segment;
            if (segment != _active)
                Roll(segment, log);
            var end = 1;
            while (end < batches.Count && batches[end].Chunk.Segment == segment)
                end++;
            WriteInto(segment, CollectionsMarshal.AsSpan(batches)[..end], log);
            for (var i = 0; i < end; i++)
                log.Return(batches[i]);
            batches.RemoveRange(0, end);
        }
    }

    public void Sync()
    {
        if (_active is null || !_dirty)
            return;
        try
        {
            _active.File!.Sync();
            _dirty = false;
        }
        catch
        {
            SyncFailed = true;
            throw;
        }
    }

    /// <summary>Syncs and renames the active segment; the next batch begins another.</summary>
    public void Seal(LogWriter log)
    {
        if (_active is not { } segment)
            return;
        if (_fileBytes != segment.WrittenBytes)
        {
            segment.File!.Truncate(segment.WrittenBytes);
            _fileBytes = segment.WrittenBytes;
            _dirty = true;
        }

        _environment.CrashPoints.Reached("seal.truncated");
        Sync();
        log.NoteSynced(segment.Last);
        _environment.CrashPoints.Reached("seal.synced");
        log.SaveState();
        _environment.CrashPoints.Reached("seal.state-saved");
        Rename(segment);
        segment.IsSealed = true;
        log.NoteSealed(segment.Last);
        _active = null;
        _environment.CrashPoints.Reached("seal.renamed");
    }

    /// <summary>After a cut: the next batch begins a new segment.</summary>
    public void Forget()
    {
        _active = null;
        _dirty = false;
    }

    public void Rename(Segment segment)
    {
        var target = Path.Combine(options.Folder, new SegmentName(segment.First, segment.Last).ToString());
        if (segment.Path != target)
        {
            _environment.Files.Rename(segment.Path, target);
            segment.Path = target;
        }

        SyncFolder();
    }

    private void Roll(Segment segment, LogWriter log)
    {
        Seal(log);
        if (segment.File is null)
        {
            var path = Path.Combine(options.Folder, new SegmentName(segment.First, Lsn.None).ToString());
            var file = _environment.Files.Open(path, FileOpening.Replace);
            try
            {
                Span<byte> header = stackalloc byte[SegmentHeader.Bytes];
                segment.Header.Write(header);
                file.Write(0, header);
                SyncFolder();
            }
            catch
            {
                file.Dispose();
                throw;
            }

            segment.Attach(file, path);
        }

        _active = segment;
        _fileBytes = SegmentHeader.Bytes;
        _dirty = true;
        _environment.CrashPoints.Reached("segment.created");
    }

    private void WriteInto(Segment segment, ReadOnlySpan<WalBatch> batches, LogWriter log)
    {
        _ranges.Clear();
        long recordBytes = 0;
        foreach (var batch in batches)
        {
            var bytes = batch.Chunk.Span(batch.Start, batch.Length);
            new BatchHeader
            {
                Length = batch.Length,
                SegmentId = segment.Header.SegmentId,
                First = batch.First,
                Count = batch.Count,
                Commit = Lsn.Min(log.Commit, batch.Last),
                SyncedThrough = log.Synced,
                Digest = batch.Digest,
            }.Write(bytes);
            var address = (nint)batch.Chunk.Address + batch.Start;
            if (_ranges.Count > 0 && _ranges[^1].Address + _ranges[^1].Length == address && _ranges[^1].Length < 1 << 30)
                _ranges[^1] = _ranges[^1] with { Length = _ranges[^1].Length + batch.Length };
            else
                _ranges.Add(new IoRange(address, batch.Length));
            recordBytes += batch.Length - BatchHeader.Bytes;
        }

        var start = batches[0].FileOffset;
        var last = batches[^1];
        var end = last.FileOffset + last.Length;
        var fileEnd = Math.Max(_fileBytes, end);
        if (end > _fileBytes && end - start < ZeroStepBytes / 2 && _environment.Space?.Shortage is null)
        {
            var zeros = (int)Math.Min(ZeroStepBytes - (end % ZeroStepBytes), Math.Max(0, options.SegmentBytes - end));
            if (zeros > 0)
                _ranges.Add(new IoRange(Zeros, zeros));
            fileEnd = end + zeros;
        }

        _dirty = true;
        segment.File!.Write(start, CollectionsMarshal.AsSpan(_ranges));
        _fileBytes = fileEnd;
        foreach (var batch in batches)
            segment.Written(batch.First, batch.Last, batch.FileOffset, batch.Length, batch.DigestBefore);
        log.NoteWritten(last.Last);
        log.NoteBytes(recordBytes);
        _environment.CrashPoints.Reached("batch.written");
    }

    private void SyncFolder()
    {
        try
        {
            _environment.Files.SyncFolder(options.Folder);
        }
        catch (Exception error) when (error is not StorageFailedException { MayPass: true })
        {
            SyncFailed = true;
            throw;
        }
    }
}
