using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// After a failed sync the kernel may call pages clean that never reached the disk: syncing the same file again would prove nothing. Whether
/// one failed is not always known, for the process may have died before its mark was durable. So after every unclean end on the same
/// boot the records behind the stored synced LSN are written once more, into a fresh segment, before anybody counts them (S2).
///
/// The copy is filled while the opening scans, so that the log is read once; the files of the log change when the whole scan was good.
/// </summary>
internal sealed class DoubtfulCopy(ShardLogOptions options, Lsn synced, SegmentTable segments) : IDisposable
{
    private const string CopyName = "doubtful-copy.tmp";

    private readonly IFileLayer _files = options.Environment.Files;
    private Lsn _shortened;
    private long _shortenedLength;
    private bool _finished;

    /// <summary>Where the records behind the synced LSN are from now on; null while there were none.</summary>
    public Segment? Segment { get; private set; }

    private string CopyPath => Path.Combine(options.Folder, CopyName);

    /// <summary>Whether that batch is to be copied: it is behind the synced LSN, at least in part, or follows one that is.</summary>
    public bool Wants(in BatchHeader header) => header.Last > synced;

    /// <summary>Takes the next batch and returns where it is in the copy.</summary>
    public long Add(Segment source, long sourceOffset, in BatchHeader header, ReadOnlySpan<byte> batch, ulong digestBefore, Term termBefore)
    {
        if (Segment is null)
            Begin(source, sourceOffset, header.First, digestBefore, termBefore);
        var target = Segment!;
        var bytes = batch.ToArray();
        (header with { SegmentId = target.Header.SegmentId, SyncedThrough = Lsn.Min(header.SyncedThrough, synced) }).Write(bytes);
        var offset = target.WrittenBytes;
        target.File!.Write(offset, bytes);
        target.Written(header.First, header.Last, offset, bytes.Length, digestBefore);
        return offset;
    }

    /// <summary>The copy takes the place of what it was made from. An interruption is finished by the next opening.</summary>
    public void Finish(ShardStateFile state)
    {
        if (Segment is not { } copy)
            return;
        copy.File!.Sync();
        _files.SyncFolder(options.Folder);
        options.Environment.CrashPoints.Reached("doubtful.copied");
        var intent = new CutIntent
        {
            Keep = copy.First - 1,
            Shortened = _shortened,
            Length = _shortenedLength,
            HeaderOffset = 0,
            Header = [],
            Replacement = CopyName,
        };
        // From here on an intent may name the copy, even if its save fails: only an opening that finds no intent may delete it.
        _finished = true;
        intent.Save(_files, options.Folder, options.Environment.CrashPoints);
        intent.Apply(_files, options.Folder, state, options.Environment.CrashPoints);
        if (segments.Newest is { } kept && kept.First == _shortened)
        {
            kept.Path = Path.Combine(options.Folder, new SegmentName(kept.First, kept.Last).ToString());
            kept.IsSealed = true;
        }

        copy.Path = Path.Combine(options.Folder, new SegmentName(copy.First, Lsn.None).ToString());
        segments.Add(copy);
        options.Environment.Events.DoubtfulRecordsCopied(options.Shard, copy.First, copy.Last);
    }

    /// <summary>Unless it was finished, the opening has failed: nothing of the copy stays.</summary>
    public void Dispose()
    {
        if (Segment is null || _finished)
            return;
        Segment.Release();
        try
        {
            _files.Delete(CopyPath);
        }
        catch (StorageFailedException)
        {
            // The next opening deletes it.
        }
    }

    private void Begin(Segment source, long sourceOffset, Lsn first, ulong digestBefore, Term termBefore)
    {
        if (first > source.First)
        {
            _shortened = source.First;
            _shortenedLength = sourceOffset;
        }

        var header = source.Header.WithStart(options.Environment.RandomId(), first, digestBefore, termBefore);
        var file = _files.Open(CopyPath, FileOpening.Replace);
        Segment = new Segment(segments.NextNumber(), header);
        Segment.Attach(file, CopyPath);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        header.Write(bytes);
        file.Write(0, bytes);
    }
}
