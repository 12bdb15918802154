using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Storage.Checksums;

/// <summary>
/// XXH64, the hash of the rolling digest: digest(n) = XXH64(record n, seed = digest(n - 1)). Detects logs that differ, by accident
/// or by a bug; it does not withstand an attacker.
/// </summary>
public static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    public static ulong Compute(ReadOnlySpan<byte> data, ulong seed)
    {
        ref var at = ref MemoryMarshal.GetReference(data);
        var left = data.Length;
        ulong hash;
        if (left >= 32)
        {
            var a = seed + Prime1 + Prime2;
            var b = seed + Prime2;
            var c = seed;
            var d = seed - Prime1;
            do
            {
                a = Round(a, Word(ref at, 0));
                b = Round(b, Word(ref at, 8));
                c = Round(c, Word(ref at, 16));
                d = Round(d, Word(ref at, 24));
                at = ref Unsafe.Add(ref at, 32);
                left -= 32;
            }
            while (left >= 32);

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
        }
        else
        {
            hash = seed + Prime5;
        }

        hash += (ulong)data.Length;
        for (; left >= 8; left -= 8, at = ref Unsafe.Add(ref at, 8))
            hash = (BitOperations.RotateLeft(hash ^ Round(0, Word(ref at, 0)), 27) * Prime1) + Prime4;
        if (left >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(data[^left..]) * Prime1), 23) * Prime2) + Prime3;
            left -= 4;
        }

        foreach (var value in data[^left..])
            hash = BitOperations.RotateLeft(hash ^ (value * Prime5), 11) * Prime1;

        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte start, nuint offset)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;
}
