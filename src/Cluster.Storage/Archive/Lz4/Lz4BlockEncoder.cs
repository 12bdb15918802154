using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Storage.Archive.Lz4;

/// <summary>
/// Encodes LZ4 blocks, greedily, with one table of recent positions: as fast as LZ4 is meant to be, not as small as it could be. Each block stands
/// alone. Holds 64 KiB; one caller at a time.
/// </summary>
public sealed class Lz4BlockEncoder
{
    private const int TableBits = 14;

    /// <summary>After so many misses at a place the search takes longer steps: data that does not compress costs little.</summary>
    private const int MissesBits = 6;

    private readonly int[] _positions = new int[1 << TableBits];

    /// <summary>Writes the block to <paramref name="target"/>, which holds at least <see cref="Lz4Block.EncodedBytesMax"/>, and returns its length.</summary>
    public int Encode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, Lz4Block.EncodedBytesMax(source.Length), nameof(target));

        // A small source takes a small part of the table: clearing all of it would cost more than encoding.
        var bits = Math.Clamp(32 - BitOperations.LeadingZeroCount((uint)source.Length), 8, TableBits);
        var shift = 32 - bits;
        Array.Clear(_positions, 0, 1 << bits);

        ref var from = ref MemoryMarshal.GetReference(source);
        ref var positions = ref MemoryMarshal.GetArrayDataReference(_positions);
        var matchStartMax = source.Length - Lz4Block.MatchEndDistance;
        var matchEnd = source.Length - Lz4Block.LastLiterals;
        var anchor = 0;
        var put = 0;
        var at = 1;
        while (at <= matchStartMax)
        {
            // Position 0 is what an empty entry says; it is a candidate like others, for what is found there is compared.
            int candidate;
            var misses = 1 << MissesBits;
            while (true)
            {
                var word = Word(ref from, at);
                ref var entry = ref Unsafe.Add(ref positions, (nint)(word * 2654435761 >> shift));
                candidate = entry;
                entry = at;
                if (at - candidate <= Lz4Block.DistanceMax && Word(ref from, candidate) == word)
                    break;
                at += misses++ >> MissesBits;
                if (at > matchStartMax)
                    goto rest;
            }

            while (at > anchor && candidate > 0 && Unsafe.Add(ref from, at - 1) == Unsafe.Add(ref from, candidate - 1))
            {
                at--;
                candidate--;
            }

            var length = Lz4Block.MatchBytesMin + Common(ref from, at + Lz4Block.MatchBytesMin, candidate + Lz4Block.MatchBytesMin, matchEnd);
            put = Sequence(source[anchor..at], at - candidate, length, target, put);
            at += length;
            anchor = at;
            if (at <= matchStartMax)
                Unsafe.Add(ref positions, (nint)(Word(ref from, at - 2) * 2654435761 >> shift)) = at - 2;
        }

    rest:
        put = Literals(source[anchor..], target, put, matchNibble: 0);
        return put;
    }

    private static int Sequence(ReadOnlySpan<byte> literals, int distance, int length, Span<byte> target, int put)
    {
        length -= Lz4Block.MatchBytesMin;
        put = Literals(literals, target, put, Math.Min(length, 15));
        BinaryPrimitives.WriteUInt16LittleEndian(target[put..], (ushort)distance);
        put += 2;
        return length >= 15 ? Rest(length - 15, target, put) : put;
    }

    private static int Literals(ReadOnlySpan<byte> literals, Span<byte> target, int put, int matchNibble)
    {
        target[put++] = (byte)((Math.Min(literals.Length, 15) << 4) | matchNibble);
        if (literals.Length >= 15)
            put = Rest(literals.Length - 15, target, put);
        literals.CopyTo(target[put..]);
        return put + literals.Length;
    }

    private static int Rest(int length, Span<byte> target, int put)
    {
        for (; length >= 255; length -= 255)
            target[put++] = 255;
        target[put++] = (byte)length;
        return put;
    }

    private static int Common(ref byte from, int left, int right, int leftEnd)
    {
        var start = left;
        while (left <= leftEnd - sizeof(ulong))
        {
            var difference = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, left)) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, right));
            if (difference != 0)
                return left - start + ((BitConverter.IsLittleEndian ? BitOperations.TrailingZeroCount(difference) : BitOperations.LeadingZeroCount(difference)) >> 3);
            left += sizeof(ulong);
            right += sizeof(ulong);
        }

        for (; left < leftEnd && Unsafe.Add(ref from, left) == Unsafe.Add(ref from, right); left++, right++)
        {
        }

        return left - start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(ref byte from, int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at));
}
