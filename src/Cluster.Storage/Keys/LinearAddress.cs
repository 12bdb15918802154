using System.Numerics;

namespace Cluster.Storage.Keys;

/// <summary>
/// Linear hashing: which bucket holds a hash when there are <c>count</c> buckets, and where the bucket lies in a spine of
/// chunks that double in size. Growing by one bucket moves entries out of exactly one other bucket, and nothing is ever copied
/// but that bucket.
/// </summary>
internal static class LinearAddress
{
    public const int FirstChunkBits = 4;

    /// <summary>Buckets of the first chunk, and the fewest a table has.</summary>
    public const int FirstChunk = 1 << FirstChunkBits;

    /// <summary>Chunks that a spine can hold: 2^43 buckets.</summary>
    public const int SpineLength = 40;

    public static long Bucket(ulong hash, long count)
    {
        var level = BitOperations.Log2((ulong)count);
        var wide = (long)(hash & ((2UL << level) - 1));
        return wide < count ? wide : (long)(hash & ((1UL << level) - 1));
    }

    /// <summary>How many low bits of a hash that bucket fixes when there are <paramref name="count"/> buckets.</summary>
    public static int Bits(long bucket, long count)
    {
        var level = BitOperations.Log2((ulong)count);
        var isSplit = bucket >= 1L << level || bucket < count - (1L << level);
        return isSplit ? level + 1 : level;
    }

    /// <summary>The bucket whose entries the next bucket (number <paramref name="count"/>) takes its share from.</summary>
    public static long SplitSource(long count) => count - (1L << BitOperations.Log2((ulong)count));

    /// <summary>Chunk 0 holds the first 16 buckets, chunk k the 2^(k+3) after those of the chunks before it.</summary>
    public static int Chunk(long bucket) =>
        bucket < FirstChunk ? 0 : BitOperations.Log2((ulong)bucket) - FirstChunkBits + 1;

    public static long ChunkLength(int chunk) => chunk == 0 ? FirstChunk : (long)FirstChunk << (chunk - 1);

    public static long ChunkStart(int chunk) => chunk == 0 ? 0 : (long)FirstChunk << (chunk - 1);
}
