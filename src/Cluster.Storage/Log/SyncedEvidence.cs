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
            return Stored(storedSynced);
        if (file is not null && segment is not null
            && BatchSearch.First(file, offset + 1, segment.Value.SegmentId, header => header.SyncedThrough >= damaged) is { } proof)
            return $"the batch at offset {proof} was written after it was synced";
        foreach (var name in later)
        {
            if (HasValidFirstBatch(files, Path.Combine(folder, name.ToString()), name))
                return $"the later segment {name} holds records";
        }

        return null;
    }

    public static string Stored(Lsn synced) => $"the shard's state says that LSN {synced} was synced";

    private static bool HasValidFirstBatch(IFileLayer files, string path, SegmentName name)
    {
        using var file = files.Open(path, FileOpening.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        if (file.Read(0, bytes) < bytes.Length || !SegmentHeader.TryRead(bytes, out var header) || header.First != name.First)
            return false;
        using var scanner = new BatchScanner(file, header);
        return scanner.TryNext(out _, out _);
    }
}
