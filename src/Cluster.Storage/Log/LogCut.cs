using System.Buffers.Binary;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Removes a suffix of the log (S9), on the log's lane, after everything before was synced: the tail is saved, then the intent, then the
/// files change. In memory the log ends at the new place when it is done.
///
/// <see cref="Run"/> may be called again after an obstacle that may pass: until the intent is durable nothing that counts was changed, and what the
/// intent says may be done any number of times. A tail that finds no space, or cannot be read, is given up: nobody was told that its records last.
/// </summary>
internal sealed class LogCut(ShardLogOptions options, SegmentTable segments, LogReader reader, LogWriter writer, Lsn keep, Lsn last)
{
    private const int TailBatchBytes = 1 << 20;

    /// <summary>As much of a tail is worth space from the reserve.</summary>
    private const int TailReserveBytes = 64 << 10;

    private readonly StorageEnvironment _environment = options.Environment;
    private bool _tailSettled;
    private string? _tail;
    private string _unsavedBecause = "";
    private CutIntent? _intent;
    private ulong _digest;

    /// <summary>Of the last record kept; 0 if the log has it no more. After <see cref="Run"/>. The next leader's records may be older than those cut.</summary>
    public long Timestamp { get; private set; }

    /// <summary>The rolling digest after the last record kept. Throws what may pass; then it is to be called again.</summary>
    public ulong Run()
    {
        if (_intent is null)
        {
            _digest = DigestAt(keep, out var term);
            if (!_tailSettled)
                SettleTail(term);
            _environment.CrashPoints.Reached("cut.tail-saved");
            writer.LowerSynced(keep);
            var intent = Plan(keep, _digest);
            Save(intent);
            _intent = intent;
        }

        _intent.Apply(_environment.Files, options.Folder, writer.State, _environment.CrashPoints);
        Adopt(keep, _intent);
        if (_tail is not null)
            _environment.Events.SuffixCut(options.Shard, keep, last, _tail);
        else
            _environment.Events.SuffixCutUnsaved(options.Shard, options.Folder, keep, last, _unsavedBecause);
        return _digest;
    }

    /// <summary>Like a vote it must not fail for lack of space: the last of the reserve is for that.</summary>
    private void Save(CutIntent intent)
    {
        while (true)
        {
            try
            {
                intent.Save(_environment.Files, options.Folder, _environment.CrashPoints);
                return;
            }
            catch (StorageFailedException error) when (error is { MayPass: true, Failure: StorageFailure.NoSpace } && _environment.Space?.TryRelease(forState: true) == true)
            {
                // Once more with what was given back; each turn gives back a step, so this ends.
            }
        }
    }

    private void SettleTail(Term term)
    {
        var path = Path.Combine(options.Folder, FormattableString.Invariant($"cut-{keep.Value + 1:x16}-{last.Value:x16}-{_environment.RandomId():x16}.tail"));
        try
        {
            SaveTail(path, term);
            _tail = path;
        }
        catch (Exception error) when (error is WalCorruptException or StorageFailedException { MayPass: true } or StorageFailedException { Operation: "read" })
        {
            _unsavedBecause = error.Message;
            DeleteUnfinished(path);
        }

        _tailSettled = true;
    }

    private void DeleteUnfinished(string path)
    {
        try
        {
            _environment.Files.Delete(path);
        }
        catch (StorageFailedException)
        {
            // A leftover that nobody reads; verify lists it.
        }
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
        Timestamp = BinaryPrimitives.ReadInt64LittleEndian(slice.Range(0)[RecordFormat.TimestampOffset..]);
        return slice.Digest;
    }

    /// <summary>The tail in segment format under another name: every tool that reads segments reads it.</summary>
    private void SaveTail(string path, Term term)
    {
        using var file = _environment.Files.Open(path, FileOpening.Create);
        var id = _environment.RandomId();
        var header = new byte[SegmentHeader.Bytes];
        segments.Current[0].Header.WithStart(id, keep.Next, _digest, term).Write(header);
        WriteTail(file, 0, header);
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
            WriteTail(file, end, batch);
            end += batch.Length;
            next = slice.Last.Next;
        }

        file.Sync();
        _environment.Files.SyncFolder(options.Folder);
    }

    private void WriteTail(IDataFile file, long offset, byte[] bytes)
    {
        while (true)
        {
            try
            {
                file.Write(offset, bytes);
                return;
            }
            catch (StorageFailedException error) when (error.Failure == StorageFailure.NoSpace && offset + bytes.Length <= TailReserveBytes && _environment.Space?.TryRelease(forState: false) == true)
            {
                // Once more with what was given back.
            }
        }
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
