using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cluster.Storage.Keys;

/// <summary>SipHash-2-4 with 128-bit output (Aumasson and Bernstein): two rounds per 8-byte word, four to finish.</summary>
public static class SipHash
{
    public static KeyHash Hash128(ulong secret0, ulong secret1, ReadOnlySpan<byte> data)
    {
        var v0 = 0x736f6d6570736575UL ^ secret0;
        var v1 = 0x646f72616e646f6dUL ^ secret1 ^ 0xee;
        var v2 = 0x6c7967656e657261UL ^ secret0;
        var v3 = 0x7465646279746573UL ^ secret1;

        var rest = data;
        while (rest.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            rest = rest[8..];
        }

        // The last word holds the remaining bytes and, in its top byte, the length modulo 256.
        var last = (ulong)(uint)data.Length << 56;
        for (var i = 0; i < rest.Length; i++)
            last |= (ulong)rest[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;

        v2 ^= 0xee;
        var low = Finish(ref v0, ref v1, ref v2, ref v3);
        v1 ^= 0xdd;
        var high = Finish(ref v0, ref v1, ref v2, ref v3);
        return new KeyHash(low, high);
    }

    private static ulong Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
            Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
