using System.Buffers.Binary;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Removes a suffix of the log (S9), on the log's lane, after everything before was synced: the tail is saved, then the intent, then the
/// files change. In memory the log ends at the new place when it is done.
/// </summary>
internal sealed class LogCut(ShardLogOptions options, SegmentTable segments, LogReader reader, LogWriter writer)
{
    private const int TailBatchBytes = 1 << 20;

    private readonly StorageEnvironment _environment = options.Environment;

    /// <summary>The rolling digest after the last record kept.</summary>
    public ulong Run(Lsn keep, Lsn last)
    {
        var digest = DigestAt(keep, out var term);
        var tail = SaveTail(keep, last, digest, term);
        _environment.CrashPoints.Reached("cut.tail-saved");
        writer.LowerSynced(keep);
        var intent = Plan(keep, digest);
        intent.Save(_environment.Files, options.Folder, _environment.CrashPoints);
        intent.Apply(_environment.Files, options.Folder, writer.State, _environment.CrashPoints);
        Adopt(keep, intent);
        _environment.Events.SuffixCut(options.Shard, keep, last, tail);
        return digest;
    }

    private ulong DigestAt(Lsn keep, out Term term)
    {
        var oldest = segments.Current[0];
        if (keep < oldest.First)
        {
            term = oldest.Header.TermBefore;
            return oldest.Header.DigestBefore;
        }

        using var slice = reader.ReadDisk(keep, 1);
        Invariant.Check(slice is not null && slice.Last == keep, "the record before a cut is readable");
        term = slice.LastTerm;
        return slice.Digest;
    }

    /// <summary>The tail in segment format under another name: every tool that reads segments reads it.</summary>
    private string SaveTail(Lsn keep, Lsn last, ulong digest, Term term)
    {
        var path = Path.Combine(options.Folder, FormattableString.Invariant($"cut-{keep.Value + 1:x16}-{last.Value:x16}-{_environment.RandomId():x16}.tail"));
        using var file = _environment.Files.Open(path, FileOpening.Create);
        var id = _environment.RandomId();
        var header = new byte[SegmentHeader.Bytes];
        segments.Current[0].Header.WithStart(id, keep.Next, digest, term).Write(header);
        file.Write(0, header);
        long end = SegmentHeader.Bytes;
        for (var next = keep.Next; next <= last;)
        {
            using var slice = reader.ReadDisk(next, TailBatchBytes);
            Invariant.Check(slice is not null, "the records of a cut are readable");
            var batch = new byte[BatchHeader.Bytes + slice.Length];
            slice.CopyTo(batch.AsSpan(BatchHeader.Bytes));
            new BatchHeader
            {
                Length = batch.Length,
                SegmentId = id,
                First = slice.First,
                Count = (int)(slice.Last - slice.First) + 1,
                Commit = Lsn.Min(writer.Commit, keep),
                SyncedThrough = keep,
                Digest = slice.Digest,
            }.Write(batch);
            file.Write(end, batch);
            end += batch.Length;
            next = slice.Last.Next;
        }

        file.Sync();
        _environment.Files.SyncFolder(options.Folder);
        return path;
    }

    private CutIntent Plan(Lsn keep, ulong digest)
    {
        var none = new CutIntent { Keep = keep, Shortened = Lsn.None, Length = 0, HeaderOffset = 0, Header = [] };
        var segment = segments.Current.LastOrDefault(candidate => candidate.First <= keep);
        if (segment is null || (segment.IsSealed && segment.Last == keep))
            return none;

        var entry = segment.Seek(keep);
        var offset = entry.Offset;
        var start = new byte[BatchHeader.Bytes];
        while (true)
        {
            segment.File!.Read(offset, start);
            Invariant.Check(BatchHeader.TryRead(start, out var header), "the batch of a cut is readable");
            if (header.Last < keep)
            {
                offset += header.Length;
                continue;
            }

            var whole = none with { Shortened = segment.First, Length = offset + header.Length };
            return header.Last == keep ? whole : Shorten(whole, segment, offset, header, keep, digest);
        }
    }

    private static CutIntent Shorten(CutIntent whole, Segment segment, long offset, BatchHeader header, Lsn keep, ulong digest)
    {
        var batch = new byte[header.Length];
        segment.File!.Read(offset, batch);
        Invariant.Check(BatchHeader.ChecksumHolds(batch), "the batch of a cut is valid");
        var length = BatchHeader.Bytes;
        for (var lsn = header.First; lsn <= keep; lsn = lsn.Next)
            length += BinaryPrimitives.ReadInt32LittleEndian(batch.AsSpan(length));
        var kept = header with
        {
            Length = length,
            Count = (int)(keep - header.First) + 1,
            Commit = Lsn.Min(header.Commit, keep),
            Digest = digest,
        };
        kept.Write(batch);
        return whole with { Length = offset + length, HeaderOffset = offset, Header = batch[..BatchHeader.Bytes] };
    }

    private void Adopt(Lsn keep, CutIntent intent)
    {
        foreach (var segment in segments.Current)
        {
            if (segment.First > keep)
            {
                segments.Remove(segment);
            }
            else if (segment.First == intent.Shortened)
            {
                segment.CutTo(keep, intent.Length);
                segment.Path = Path.Combine(options.Folder, new SegmentName(segment.First, keep).ToString());
                segment.IsSealed = true;
            }
        }

        writer.NoteSealed(segments.Newest is { IsSealed: true } newest ? newest.Last : Lsn.None);
        writer.SegmentWriter.Forget();
        writer.ResetTo(keep);
    }
}
