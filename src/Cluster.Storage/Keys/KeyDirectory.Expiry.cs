namespace Cluster.Storage.Keys;

/// <summary>Which keys expire, and when. Nothing here deletes: a key goes when its delete is committed.</summary>
public sealed unsafe partial class KeyDirectory
{
    /// <summary>Keys that expire at some time. Any thread.</summary>
    public long ExpiringCount => _expiries.Count;

    /// <summary>When the first key expires, in µs since 1970; null if none does. Writer only.</summary>
    public long? EarliestExpiry => _expiries.TryFirst(ExpiryTime.Lowest, out var first) ? first.At : null;

    /// <summary>
    /// Adds keys whose time is over at <paramref name="now"/> to <paramref name="found"/>, earliest first, from the cursor on. Looks at up to
    /// <paramref name="max"/> of them and moves the cursor behind those; at the end it is back at its start. Writer only; never touches the disk.
    /// </summary>
    public void NextExpired(long now, int max, ref ExpiryCursor cursor, List<ExpiredKey> found)
    {
        var table = Table();
        var from = cursor.From;
        for (; max > 0; max--)
        {
            if (!_expiries.TryFirst(from, out var time) || time.At > now)
            {
                cursor = default;
                return;
            }

            // The bits of the hash that the index keeps choose the bucket as long as there are fewer than 2^32 of them.
            var page = (KeyPage*)KeyTable.Slot(table, LinearAddress.Bucket(time.HashBits, KeyTable.Buckets(table)));
            var before = found.Count;
            KeyPage.CollectExpiring(page, time.HashBits, time.At, found);
            Invariant.Check(found.Count > before, "the index of times knows only keys of the directory");
            if (!time.TryNext(out from))
            {
                cursor = default;
                return;
            }
        }

        cursor = new ExpiryCursor(from);
    }

    private static ExpiryTime TimeOf(in KeyHash hash, long expiresAt) => new(expiresAt, (uint)hash.Low);
}
