namespace Cluster.Storage.Keys;

/// <summary>
/// Walking all keys in a stable order: that of the hash's low half read backwards, bit by bit. A bucket holds the hashes that end
/// in its bits, so in that order it is one interval, and a split cuts the interval in two: a cursor, which is a position in
/// the order, means the same before and after any growth.
/// </summary>
public sealed unsafe partial class KeyDirectory
{
    /// <summary>
    /// Adds the places of the keys from <paramref name="cursor"/> on (0 at the beginning) to <paramref name="found"/>, whole buckets until there
    /// are <paramref name="count"/>, and returns the cursor to go on with, 0 at the end. A key that is there from the first call to the last is
    /// found exactly once; one that comes or goes meanwhile, at most once per time it was put. Any thread, a bounded time.
    /// </summary>
    public ulong Scan(ulong cursor, int count, List<ValueLocation> found)
    {
        // Empty buckets are passed too, but a call must end.
        var wanted = found.Count + count;
        using var guard = _epochs.Enter();
        for (var visits = 16 + (4L * count); visits > 0; visits--)
        {
            cursor = ScanBucket(cursor, found);
            if (cursor == 0 || found.Count >= wanted)
                break;
        }

        return cursor;
    }

    /// <summary>Returns the end of the bucket's interval; 0 is the end of all.</summary>
    private ulong ScanBucket(ulong cursor, List<ValueLocation> found)
    {
        var before = found.Count;
        var table = Table();
        var buckets = KeyTable.Buckets(table);
        while (true)
        {
            var bucket = LinearAddress.Bucket(Reverse(cursor), buckets);
            var bits = LinearAddress.Bits(bucket, buckets);
            var end = Reverse((ulong)bucket) + (1UL << (64 - bits));
            var page = (KeyPage*)Volatile.Read(ref KeyTable.Slot(table, bucket));
            if (page != null)
                KeyPage.Collect(page, cursor, end, found);

            // I2: if the bucket was split meanwhile, its page may have lost a part that was not seen.
            var bucketsNow = KeyTable.Buckets(table);
            if (bucketsNow == buckets || LinearAddress.Bits(bucket, bucketsNow) == bits)
                return end;
            found.RemoveRange(before, found.Count - before);
            buckets = bucketsNow;
        }
    }

    /// <summary>The order of a scan: the bits of the hash that choose the bucket become the highest.</summary>
    internal static ulong Reverse(ulong value)
    {
        value = ((value >> 1) & 0x5555555555555555) | ((value & 0x5555555555555555) << 1);
        value = ((value >> 2) & 0x3333333333333333) | ((value & 0x3333333333333333) << 2);
        value = ((value >> 4) & 0x0f0f0f0f0f0f0f0f) | ((value & 0x0f0f0f0f0f0f0f0f) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }
}
