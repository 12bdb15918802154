using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cluster.Storage.Archive.Lz4;

/// <summary>
/// Decodes one LZ4 block. Believes nothing: every length is held against what is left of source and target before a byte moves, a
/// block never makes anybody allocate, and work is linear in what it reads and writes.
/// </summary>
public static class Lz4BlockDecoder
{
    /// <summary>What <see cref="Decode"/> returns for bytes that are no block, or one that does not fit.</summary>
    public const int Invalid = -1;

    private const int Wide = 16;

    /// <summary>
    /// Decodes into <paramref name="window"/> from <paramref name="start"/> on; what lies before it is the history that matches may reach back into. Bytes behind
    /// the decoded ones may be overwritten. Returns how many bytes were decoded, or <see cref="Invalid"/>.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> window, int start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)window.Length, nameof(start));
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(window);
        var sourceEnd = source.Length;
        var end = window.Length;
        var at = 0;
        var put = start;
        while (at < sourceEnd)
        {
            int token = Unsafe.Add(ref from, at++);

            var literals = token >> 4;
            if (literals == 15 && !Extend(source, ref at, ref literals, end))
                return Invalid;
            if (literals > sourceEnd - at || literals > end - put)
                return Invalid;

            // Wide copies write more than asked; both ranges were found to have room for it.
            if (literals <= Wide && sourceEnd - at >= Wide && end - put >= Wide)
                Vector128.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref to, (nuint)put);
            else
                source.Slice(at, literals).CopyTo(window[put..]);
            at += literals;
            put += literals;

            // A block ends with literals, and nowhere else.
            if (at == sourceEnd)
                return put - start;

            if (sourceEnd - at < 2)
                return Invalid;
            int distance = BinaryPrimitives.ReadUInt16LittleEndian(source[at..]);
            at += 2;
            var length = token & 15;
            if (length == 15 && !Extend(source, ref at, ref length, end))
                return Invalid;
            length += Lz4Block.MatchBytesMin;
            if (distance == 0 || distance > put || length > end - put)
                return Invalid;

            if (distance >= Wide && end - put - length >= Wide)
            {
                // Each step reads only what is final: it lies at least one step behind.
                for (var copied = 0; copied < length; copied += Wide)
                    Vector128.LoadUnsafe(ref to, (nuint)(put - distance + copied)).StoreUnsafe(ref to, (nuint)(put + copied));
            }
            else
            {
                Repeat(window, put, distance, length);
            }

            put += length;
        }

        return Invalid;
    }

    /// <summary>A copy that may overlap its own output: the pattern doubles with every step.</summary>
    private static void Repeat(Span<byte> window, int put, int distance, int length)
    {
        for (var copied = 0; copied < length;)
        {
            var step = Math.Min(distance + copied, length - copied);
            window.Slice(put - distance, step).CopyTo(window[(put + copied)..]);
            copied += step;
        }
    }

    /// <summary>The bytes that continue a length; stops as soon as it is beyond what could ever fit.</summary>
    private static bool Extend(ReadOnlySpan<byte> source, ref int at, ref int length, int limit)
    {
        while (at < source.Length && length <= limit)
        {
            int more = source[at++];
            length += more;
            if (more != 255)
                return true;
        }

        return false;
    }
}
