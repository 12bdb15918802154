using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Archive.Layout;

/// <summary>Sees every record of a scan in order.</summary>
public delegate void ArchivedRecordVisitor(in RecordView record);

/// <summary>
/// Reads one file in segment format from its first byte to its last and says what it holds, as its side object must say it. The same code makes side objects and verifies them. Believes nothing:
/// checksums, LSNs, terms, digests; bytes behind the last batch are damage, for what is archived is cut to its content.
/// </summary>
public static class RangeScan
{
    /// <param name="plain">At the beginning of the file; read to its end, not beyond.</param>
    /// <param name="bytes">Of the file.</param>
    /// <param name="last">Its last record.</param>
    /// <param name="cluster">Whose it must be.</param>
    /// <param name="offset">Where it begins in the decoded object; goes into the range.</param>
    /// <param name="name">For errors.</param>
    /// <param name="also">Records whose digests are told beside those of <see cref="ArchiveMarks"/>: the ends of snapshots, so that their chains go on in this object.</param>
    /// <param name="visitor">Null if nobody wants to see the records.</param>
    /// <exception cref="ArchiveException">It is damaged, or ends with another record.</exception>
    public static ArchiveRange Read(Stream plain, long bytes, Lsn last, Guid cluster, long offset, string name, IEnumerable<Lsn>? also = null, ArchivedRecordVisitor? visitor = null)
    {
        using var file = new StreamDataFile(plain, bytes, name);
        Span<byte> head = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, head) < head.Length || !SegmentHeader.TryRead(head, out var header))
            throw new ArchiveException(name, FormattableString.Invariant($"no segment begins at offset {offset}"));
        if (header.ClusterId != cluster)
            throw new ArchiveException(name, $"it is of cluster {header.ClusterId}");
        if (last < header.First)
            throw new ArchiveException(name, FormattableString.Invariant($"it begins with LSN {header.First}, behind its end {last}"));

        var scan = new Progress(header, last, also ?? [], visitor);
        using var scanner = new BatchScanner(file, header);
        while (true)
        {
            var (digest, term) = (scanner.Digest, scanner.Term);
            if (!scanner.TryNext(out _, out var batch))
                break;
            scan.Batch(batch, digest, term);
        }

        if (scanner.Damage is { } damage)
            throw new ArchiveException(name, FormattableString.Invariant($"damage at offset {offset + scanner.Offset}, LSN {scanner.NextLsn}: {damage}"));
        if (scanner.Offset != bytes || scanner.NextLsn != last.Next)
            throw new ArchiveException(name, FormattableString.Invariant($"its records end with LSN {scanner.NextLsn - 1} at offset {offset + scanner.Offset}"));
        return scan.Result(bytes, offset);
    }

    /// <summary>Whether a file holds what its side object says; where it lies in its object is not compared.</summary>
    public static bool IsSame(ArchiveRange found, ArchiveRange said) =>
        found.Shard == said.Shard && found.First == said.First && found.Last == said.Last && found.TermBefore == said.TermBefore
        && found.FirstTime == said.FirstTime && found.LastTime == said.LastTime
        && found.Marks.SequenceEqual(said.Marks) && found.Terms.SequenceEqual(said.Terms);

    private sealed class Progress(SegmentHeader header, Lsn last, IEnumerable<Lsn> also, ArchivedRecordVisitor? visitor)
    {
        private readonly List<Lsn> _positions = ArchiveMarks.Positions(header.First - 1, last, also);
        private readonly List<ArchiveMark> _marks = [new(header.First - 1, header.DigestBefore)];
        private readonly List<TermStart> _terms = [];
        private long _firstTime;
        private long _lastTime;

        public void Batch(ReadOnlySpan<byte> batch, ulong digest, Term term)
        {
            for (var rest = batch[BatchHeader.Bytes..]; rest.Length > 0;)
            {
                var record = RecordView.FromTrusted(rest[..RecordView.LengthAt(rest)]);
                digest = XxHash64.Compute(record.Bytes, digest);
                if (_terms.Count == 0 || record.Term != term)
                    _terms.Add(new TermStart(record.Term, record.Lsn));
                if (record.Lsn == header.First)
                    _firstTime = record.Timestamp;
                term = record.Term;
                _lastTime = record.Timestamp;
                if (_marks.Count < _positions.Count && record.Lsn == _positions[_marks.Count])
                    _marks.Add(new ArchiveMark(record.Lsn, digest));
                visitor?.Invoke(record);
                rest = rest[record.Length..];
            }
        }

        public ArchiveRange Result(long bytes, long offset) => new()
        {
            Shard = header.Shard,
            First = header.First,
            Last = last,
            Marks = _marks,
            TermBefore = header.TermBefore,
            Terms = _terms,
            FirstTime = _firstTime,
            LastTime = _lastTime,
            Offset = offset,
            Bytes = bytes,
        };
    }
}
