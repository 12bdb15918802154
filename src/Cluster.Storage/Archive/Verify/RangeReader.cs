using Cluster.Storage.Archive.Age;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Verify;

/// <summary>Reads one shard's records of an object out of the store, every one checked; memory does not grow with the object.</summary>
public static class RangeReader
{
    /// <param name="store">Where it lies.</param>
    /// <param name="root">Of the archive.</param>
    /// <param name="value">A segment or a tail.</param>
    /// <param name="range">One of its ranges.</param>
    /// <param name="identities">Needed if it is encrypted.</param>
    /// <param name="retries">Of transfers that break off.</param>
    /// <param name="begin">Makes who sees the records; called again for each attempt, which begins with the first record.</param>
    /// <param name="cancellation">Ends it between two records.</param>
    /// <exception cref="ArchiveException">It does not hold what its side object says.</exception>
    public static async Task ReadAsync(
        IObjectStore store,
        ArchiveRoot root,
        ArchiveObject value,
        ArchiveRange range,
        IReadOnlyList<AgeIdentity> identities,
        RetryPolicy retries,
        Func<ArchivedRecordVisitor> begin,
        CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var download = await store.OpenAsync(root.Path + value.Files[0].Name, 0, cancellation).ConfigureAwait(false);
                await using (download.ConfigureAwait(false))
                {
                    await Task.Run(() => Read(download.Content, value, range, identities, begin(), cancellation), cancellation).ConfigureAwait(false);
                    return;
                }
            }
            catch (ObjectStoreException error) when (error.MayPass && attempt < retries.Attempts)
            {
                await Task.Delay(retries.DelayAfter(attempt), retries.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static void Read(Stream stored, ArchiveObject value, ArchiveRange range, IReadOnlyList<AgeIdentity> identities, ArchivedRecordVisitor visitor, CancellationToken cancellation)
    {
        using var decoded = ArchiveContent.Decode(stored, value.Encoding, identities);
        var waste = new byte[64 << 10];
        for (var left = range.Offset; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = decoded.Plain.Read(waste, 0, (int)Math.Min(left, waste.Length));
            if (count == 0)
                throw new ArchiveException(value.Name, FormattableString.Invariant($"its content ends before offset {range.Offset}"));
            left -= count;
        }

        var found = RangeScan.Read(decoded.Plain, range.Bytes, range.Last, value.ClusterId, range.Offset, value.Name, range.Marks.Select(static mark => mark.Lsn), (in RecordView record) =>
        {
            cancellation.ThrowIfCancellationRequested();
            visitor(record);
        });
        if (!RangeScan.IsSame(found, range))
            throw new ArchiveException(value.Name, $"its records of {ArchiveNames.Shard(range.Shard)} are not those that its side object tells of");
    }
}
