using Cluster.Storage.Keys;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// A snapshot that was begun: everything it may need is held, but its exact end is not known yet, for that takes a look at the disk.
/// <see cref="Complete"/> it on a worker, or dispose it.
/// </summary>
public sealed class SnapshotStart : IDisposable
{
    private readonly ShardLogOptions _log;
    private readonly SnapshotOptions _options;
    private readonly Lsn _horizon;
    private readonly TermTable _terms;
    private readonly ControlTail _configurations;
    private readonly ControlTail _topologies;
    private readonly ShardManifest? _merged;
    private readonly List<DataFile> _dataFiles = [];
    private readonly List<Segment> _segments;
    private readonly LogPin _pin;
    private bool _over;

    /// <summary>Owner of the store. Touches no disk.</summary>
    internal SnapshotStart(ShardLogOptions log, ShardLog source, KeyState state, SnapshotOptions options)
    {
        _log = log;
        _options = options;
        _terms = source.Terms.Clone();
        _configurations = state.Configurations.Tail();
        _topologies = state.Topologies.Tail();
        _pin = source.PinAll(options.PinBytesMax); // N3: before the files
        _merged = AcquireMerged(state);
        _horizon = Lsn.Min(state.CommitLsn, source.FlushedLsn); // N1; after the manifest, which a merge may have renewed since
        _segments = source.AcquireThrough(_horizon);
    }

    /// <summary>
    /// Finds the snapshot's end. Null if no whole batch is committed and durable yet, or none that says which configuration held at its end: a replica can then
    /// pull all there is, or ask again after the next commit. Blocks; any thread, once. Throws <see cref="WalCorruptException"/> or
    /// <see cref="StorageFailedException"/>; what was held is let go unless a lease is returned.
    /// </summary>
    public SnapshotLease? Complete()
    {
        Invariant.Check(!_over, "a snapshot is completed once");
        try
        {
            return Build();
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_over)
            return;
        _over = true;
        _pin.Dispose();
        foreach (var segment in _segments)
            segment.Release();
        _segments.Clear();
        foreach (var file in _dataFiles)
            file.Release();
        _dataFiles.Clear();
    }

    /// <summary>
    /// The newest manifest with all its files, which are in the table before it is seen: one that is gone tells that there is a newer manifest. The log is
    /// pinned already, so what lies behind any manifest seen from now on is still there.
    /// </summary>
    private ShardManifest? AcquireMerged(KeyState state)
    {
        while (state.Manifest is { } manifest)
        {
            if (state.DataFiles.TryAcquire(manifest, _dataFiles))
                return manifest;
        }

        return null;
    }

    private SnapshotLease? Build()
    {
        if (FindEnd(out var digest, out var length) is not { } end || end < (_merged?.RegardedCommit ?? Lsn.None)
            || !_configurations.TryAt(end, out var configuration) || !_topologies.TryAt(end, out var topology))
            return null;
        var files = TakeOver(end, length);
        try
        {
            var lease = new SnapshotLease(Describe(end, digest, files, configuration, topology), files, _pin);
            _pin.Advance(end);
            _over = true; // the lease lets go from now on
            return lease;
        }
        catch
        {
            foreach (var file in files)
                file.Dispose();
            throw;
        }
    }

    /// <summary>What holds segments and data files is the pinned files from now on.</summary>
    private List<PinnedFile> TakeOver(Lsn end, long length)
    {
        // The last segment always comes along: a log has an end to go on from.
        var merged = _merged?.MergedThrough ?? Lsn.None;
        while (_segments.Count > 1 && _segments[0].Last <= merged)
        {
            _segments[0].Release();
            _segments.RemoveAt(0);
        }

        Invariant.Check(_segments[0].First <= merged.Next, "what is not merged is in the log");
        var files = new List<PinnedFile>(1 + _dataFiles.Count + _segments.Count);
        if (_merged is not null)
            files.Add(new PinnedBytes(SnapshotFileKind.ShardManifest, ShardManifestFile.FileName, ShardManifestFile.Encode(_merged)));
        foreach (var file in _dataFiles)
            files.Add(new PinnedDataFile(file));
        _dataFiles.Clear();
        for (var i = 0; i < _segments.Count; i++)
        {
            var isLast = i == _segments.Count - 1;
            files.Add(new PinnedSegment(_segments[i], isLast ? end : _segments[i].Last, isLast ? length : _segments[i].WrittenBytes));
        }

        _segments.Clear();
        return files;
    }

    private SnapshotManifest Describe(Lsn end, ulong digest, List<PinnedFile> files, ControlRecord? configuration, ControlRecord? topology)
    {
        var timeline = new List<TermStart>();
        foreach (var start in _terms.Entries)
        {
            if (start.First <= end)
                timeline.Add(start);
        }

        return new SnapshotManifest
        {
            Id = NewId(),
            ClusterId = _log.ClusterId,
            Shard = _log.Shard,
            RecoveryGeneration = _options.RecoveryGeneration,
            Last = end,
            LastTerm = _terms.TermAt(end),
            Digest = digest,
            CreatedAt = (_log.Environment.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
            Timeline = timeline,
            Configuration = configuration,
            Topology = topology,
            Files = files.ConvertAll(static file => file.File),
            Sections = _options.Sections,
        };
    }

    /// <summary>The end of the last batch up to the horizon; segments behind it are let go. Null if there is none.</summary>
    private Lsn? FindEnd(out ulong digest, out long length)
    {
        digest = 0;
        length = 0;
        while (_segments is [.., var newest])
        {
            if (FindEnd(newest, out digest, out length) is { } end)
                return end;
            newest.Release();
            _segments.RemoveAt(_segments.Count - 1);
        }

        return null;
    }

    private Lsn? FindEnd(Segment segment, out ulong digest, out long length)
    {
        // A seek entry is the start of a batch, so also the end of the one before; at most a seek step of batches is passed by their headers.
        var entry = segment.Seek(_horizon);
        var end = entry.First - 1;
        var start = entry.Offset;
        digest = entry.DigestBefore;
        length = entry.Offset;
        Span<byte> bytes = stackalloc byte[BatchHeader.Bytes];
        while (length < segment.WrittenBytes)
        {
            if (segment.File!.Read(length, bytes) < bytes.Length || !BatchHeader.TryRead(bytes, out var header)
                || header.SegmentId != segment.Header.SegmentId || header.First != end.Next)
                throw new WalCorruptException(segment.Path, length, end.Next, "no batch of this segment begins here");
            if (header.Last > _horizon)
                break;
            start = length;
            length += header.Length;
            end = header.Last;
            digest = header.Digest;
        }

        if (length <= SegmentHeader.Bytes)
            return null;
        CheckLastBatch(segment, start, length, end);
        return end;
    }

    /// <summary>A cut may rewrite the header of the batch that crosses the commit LSN while it is looked at: only a whole one counts.</summary>
    private static void CheckLastBatch(Segment segment, long start, long end, Lsn last)
    {
        if (start == end)
            return;
        var bytes = System.Buffers.ArrayPool<byte>.Shared.Rent((int)(end - start));
        try
        {
            var batch = bytes.AsSpan(0, (int)(end - start));
            if (segment.File!.Read(start, batch) < batch.Length || !BatchHeader.ChecksumHolds(batch))
                throw new WalCorruptException(segment.Path, start, last, "the checksum of the batch does not hold");
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private Guid NewId()
    {
        Span<byte> id = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(id, _log.Environment.RandomId());
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(id[8..], _log.Environment.RandomId());
        return new Guid(id);
    }
}
