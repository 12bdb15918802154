using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cluster.Storage.Log;

/// <summary>Page-aligned memory outside the managed heap, pooled by size. A block that is forgotten is freed by its finalizer.</summary>
internal sealed unsafe class NativeBlock
{
    public const int SmallestBytes = 64 << 10;
    public const int LargestPooledBytes = 1 << 20;

    /// <summary>Free memory that the process keeps at hand for all its shards.</summary>
    private const long PooledBytesMax = 64L << 20;

    private static readonly ConcurrentBag<NativeBlock>[] Free = [.. Enumerable.Range(0, 5).Select(_ => new ConcurrentBag<NativeBlock>())];
    private static long _pooledBytes;

    private byte* _address;

    private NativeBlock(int capacity)
    {
        Capacity = capacity;
        _address = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 4096);
    }

    ~NativeBlock() => FreeMemory();

    public int Capacity { get; }

    public byte* Address => _address;

    /// <summary>A block of at least that size; a power of two from 64 KiB to 1 MiB, above that exactly what is asked.</summary>
    public static NativeBlock Rent(int bytes)
    {
        if (bytes > LargestPooledBytes)
            return new NativeBlock(bytes);
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, SmallestBytes));
        if (!Free[Class(capacity)].TryTake(out var block))
            return new NativeBlock(capacity);
        Interlocked.Add(ref _pooledBytes, -capacity);
        return block;
    }

    public void Return()
    {
        if (Capacity <= LargestPooledBytes && Interlocked.Add(ref _pooledBytes, Capacity) <= PooledBytesMax)
        {
            Free[Class(Capacity)].Add(this);
            return;
        }

        if (Capacity <= LargestPooledBytes)
            Interlocked.Add(ref _pooledBytes, -Capacity);
        FreeMemory();
        GC.SuppressFinalize(this);
    }

    private static int Class(int capacity) => BitOperations.Log2((uint)capacity) - BitOperations.Log2(SmallestBytes);

    private void FreeMemory()
    {
        if (_address == null)
            return;
        NativeMemory.AlignedFree(_address);
        _address = null;
    }
}
