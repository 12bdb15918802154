using System.Buffers;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Tells a torn tail from corruption (S2). Damage at an LSN is corruption if anything proves that this LSN was once synced: the stored
/// synced LSN, a later batch of the file that was written after the sync, or a later segment that has a valid batch.
/// </summary>
internal static class SyncedEvidence
{
    /// <summary>What proves it, or null: then it is a torn tail.</summary>
    public static string? Find(IFileLayer files, string folder, Lsn damaged, Lsn storedSynced, IDataFile? file, long offset, SegmentHeader? segment, IEnumerable<SegmentName> later)
    {
        if (storedSynced >= damaged)
            return $"the shard's state says that LSN {storedSynced} was synced";
        if (file is not null && segment is not null && HasLaterProof(file, offset, segment.Value.SegmentId, damaged) is { } proof)
            return $"the batch at offset {proof} was written after it was synced";
        foreach (var name in later)
        {
            if (HasValidFirstBatch(files, Path.Combine(folder, name.ToString()), name))
                return $"the later segment {name} holds records";
        }

        return null;
    }

    private static bool HasValidFirstBatch(IFileLayer files, string path, SegmentName name)
    {
        using var file = files.Open(path, FileOpening.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out var header) || header.First != name.First)
            return false;
        using var scanner = new BatchScanner(file, header);
        return scanner.TryNext(out _, out _);
    }

    /// <summary>Batches need not begin at a known place behind damage: every occurrence of the magic is tried.</summary>
    private static long? HasLaterProof(IDataFile file, long from, ulong segmentId, Lsn damaged)
    {
        const int WindowBytes = 1 << 20;
        ReadOnlySpan<byte> magic = [(byte)'C', (byte)'L', (byte)'B', (byte)'1'];
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            for (var offset = from + 1; ;)
            {
                var count = file.Read(offset, window.AsSpan(0, WindowBytes));
                if (count < BatchHeader.Bytes)
                    return null;
                for (var at = 0; ;)
                {
                    var hit = window.AsSpan(at, count - at).IndexOf(magic);
                    if (hit < 0 || at + hit + BatchHeader.Bytes > count)
                        break;
                    at += hit;
                    if (BatchHeader.TryRead(window.AsSpan(at, BatchHeader.Bytes), out var header)
                        && header.SegmentId == segmentId && header.SyncedThrough >= damaged && ChecksumHolds(file, offset + at, header.Length))
                        return offset + at;
                    at++;
                }

                // Overlap by a header, so that none is missed on the border.
                offset += count < WindowBytes ? count : count - BatchHeader.Bytes;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static bool ChecksumHolds(IDataFile file, long offset, int length)
    {
        if (offset + length > file.Length)
            return false;
        var batch = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return file.Read(offset, batch.AsSpan(0, length)) == length && BatchHeader.ChecksumHolds(batch.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }
}
