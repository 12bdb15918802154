using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// Follows the log of a snapshot from its first segment to its last record: every batch with its checksum, every record with its rules, one chain of LSNs, terms and
/// digests. At the end it must have become what the manifest says.
/// </summary>
internal sealed class SnapshotLogCheck(SnapshotManifest manifest, ShardManifest? merged)
{
    private readonly TermTable _terms = merged?.Timeline() ?? new TermTable();
    private Lsn _first;
    private Lsn _last;
    private Term _term;
    private ulong _digest;
    private ControlRecord? _configuration = merged?.Control(RecordKind.Configuration);
    private ControlRecord? _topology = merged?.Control(RecordKind.Topology);

    public void Segment(SnapshotFile entry, IDataFile file, Action<long> report)
    {
        var header = ReadHeader(entry, file);
        using var scanner = new BatchScanner(file, header);
        while (scanner.TryNext(out var batchHeader, out var batch))
        {
            for (var at = BatchHeader.Bytes; at < batch.Length;)
            {
                var record = RecordView.FromTrusted(batch.Slice(at, RecordView.LengthAt(batch[at..])));
                Record(record, file, scanner.Offset - batch.Length + at);
                at += record.Length;
            }

            _last = batchHeader.Last;
            CheckMerged(scanner.Digest, scanner.Term, file, scanner.Offset);
            report(scanner.Offset);
        }

        if (scanner.Damage is { } damage)
            throw Damaged(file, scanner.Offset, damage);
        if (scanner.Offset != entry.Length)
            throw Damaged(file, scanner.Offset, "its batches end before the file does");
        if (_last != entry.Segment.Last)
            throw Damaged(file, scanner.Offset, $"it ends with LSN {_last}");
        _term = scanner.Term;
        _digest = scanner.Digest;
    }

    /// <summary>Compares what the files add up to with the manifest.</summary>
    public void End(string path)
    {
        Require(_last == manifest.Last, 64, $"the log ends with LSN {_last}");
        Require(_term == manifest.LastTerm, 72, $"the last record has term {_term}");
        Require(_digest == manifest.Digest, 80, $"the digest is {_digest:x16}, and should be {manifest.Digest:x16}");
        Require(SameTimeline(), SnapshotManifestCodec.HeaderBytes, "the records have another timeline");
        Require(Same(_configuration, manifest.Configuration), 0, "the records have another configuration");
        Require(Same(_topology, manifest.Topology), 0, "the records have another topology");

        void Require(bool holds, long offset, string otherwise)
        {
            if (!holds)
                throw new SnapshotException(SnapshotProblem.Damaged, path, offset, otherwise);
        }
    }

    private SegmentHeader ReadHeader(SnapshotFile entry, IDataFile file)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out var header))
            throw Damaged(file, 0, "the segment's header is not valid");
        if (header.ClusterId != manifest.ClusterId || header.Shard != manifest.Shard)
            throw new SnapshotException(SnapshotProblem.Foreign, file.Path, 12, $"it belongs to shard {header.Shard} of cluster {header.ClusterId}");
        if (header.First != entry.Segment.First)
            throw Damaged(file, 24, $"the segment's header says that it begins with LSN {header.First}");
        if (_first.IsNone)
            Begin(header, file);
        else if (header.First != _last.Next || header.DigestBefore != _digest || header.TermBefore != _term)
            throw Damaged(file, 24, "the segment does not continue the one before");
        return header;
    }

    private void Begin(in SegmentHeader header, IDataFile file)
    {
        _first = header.First;
        _last = _first - 1;
        if (_first == Lsn.First && (header.DigestBefore != 0 || !header.TermBefore.IsNone))
            throw Damaged(file, 32, "nothing comes before the first record");
        if (_last > (merged?.MergedThrough ?? Lsn.None))
            throw Damaged(file, 24, "the records before it are in no file");
        CheckMerged(header.DigestBefore, header.TermBefore, file, 24);
    }

    /// <summary>The log and what stands for its beginning are one history.</summary>
    private void CheckMerged(ulong digest, Term term, IDataFile file, long offset)
    {
        if (merged is not null && _last == merged.MergedThrough && (digest != merged.Digest || term != merged.LastTerm))
            throw Damaged(file, offset, $"the merged beginning ends with LSN {_last}, digest {merged.Digest:x16} and term {merged.LastTerm}; the log there does not");
    }

    private void Record(in RecordView record, IDataFile file, long offset)
    {
        if (!RecordFormat.IsKnown(record.Kind))
            throw new SnapshotException(SnapshotProblem.Unsupported, file.Path, offset, $"record {record.Lsn} has kind {(byte)record.Kind}");
        try
        {
            RecordRules.Check(record);
        }
        catch (InvalidRecordException error)
        {
            throw Damaged(file, offset, error.Message);
        }

        if (record.Lsn > (merged?.MergedThrough ?? Lsn.None))
        {
            if (record.Term < _terms.Last.Term)
                throw Damaged(file, offset, $"record {record.Lsn} has term {record.Term} after term {_terms.Last.Term}");
            _terms.Append(record.Term, record.Lsn);
        }

        if (record.Kind is not (RecordKind.Configuration or RecordKind.Topology))
            return;
        var control = new ControlRecord(record.Kind, record.Lsn, record.Term, record.Timestamp, record.Payload.ToArray());
        // Merged records may still be in the log, and be older than what was merged.
        if (record.Kind == RecordKind.Configuration)
            _configuration = _configuration?.Lsn > control.Lsn ? _configuration : control;
        else
            _topology = _topology?.Lsn > control.Lsn ? _topology : control;
    }

    private bool SameTimeline()
    {
        if (_terms.Count != manifest.Timeline.Count)
            return false;
        for (var i = 0; i < _terms.Count; i++)
        {
            if (_terms[i] != manifest.Timeline[i])
                return false;
        }

        return true;
    }

    private static bool Same(ControlRecord? seen, ControlRecord? named)
    {
        if (seen is null || named is null)
            return seen is null && named is null;
        return seen.Lsn == named.Lsn && seen.Term == named.Term && seen.Timestamp == named.Timestamp && seen.Payload.Span.SequenceEqual(named.Payload.Span);
    }

    private static SnapshotException Damaged(IDataFile file, long offset, string reason) => new(SnapshotProblem.Damaged, file.Path, offset, reason);
}
