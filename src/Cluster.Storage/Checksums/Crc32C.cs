using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Storage.Checksums;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where there is one. Guards bytes on disk against accidents.</summary>
/// <remarks>
/// The instruction takes 8 bytes per cycle but answers after three, so long input goes in three stretches side by side. The register after a
/// stretch of zeros is a linear function of the one before (<see cref="PastStretch"/>); that joins their values to that of the whole.
/// </remarks>
public static class Crc32C
{
    private const int StretchBytes = 1024;

    /// <summary>Four tables of 256, one per byte of a register: its part of the register after a stretch of zeros.</summary>
    private static readonly uint[] ZeroStretch = MakeZeroStretch();

    public static uint Compute(ReadOnlySpan<byte> data) => ~Update(~0u, data);

    /// <summary>Continues a running value; start with ~0 and invert the end result.</summary>
    public static uint Update(uint running, ReadOnlySpan<byte> data)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        nuint at = 0;
        var left = data.Length;
        for (; left >= 3 * StretchBytes; left -= 3 * StretchBytes, at += 3 * StretchBytes)
        {
            uint second = 0, third = 0;
            ref var stretch = ref Unsafe.Add(ref start, at);
            for (nuint i = 0; i < StretchBytes; i += 8)
            {
                running = BitOperations.Crc32C(running, Word(ref stretch, i));
                second = BitOperations.Crc32C(second, Word(ref stretch, i + StretchBytes));
                third = BitOperations.Crc32C(third, Word(ref stretch, i + (2 * StretchBytes)));
            }

            running = PastStretch(PastStretch(running) ^ second) ^ third;
        }

        for (; left >= 8; left -= 8, at += 8)
            running = BitOperations.Crc32C(running, Word(ref start, at));
        for (; left > 0; left--, at++)
            running = BitOperations.Crc32C(running, Unsafe.Add(ref start, at));
        return running;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte start, nuint offset)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    private static uint PastStretch(uint register) =>
        ZeroStretch[(byte)register] ^ ZeroStretch[256 + (byte)(register >> 8)] ^ ZeroStretch[512 + (byte)(register >> 16)] ^ ZeroStretch[768 + (register >> 24)];

    private static uint[] MakeZeroStretch()
    {
        var table = new uint[4 * 256];
        for (var bit = 0; bit < 32; bit++)
        {
            var register = 1u << bit;
            for (var i = 0; i < StretchBytes / 8; i++)
                register = BitOperations.Crc32C(register, 0ul);
            for (var value = 0; value < 256; value++)
            {
                if ((value >> (bit % 8) & 1) != 0)
                    table[((bit / 8) * 256) + value] ^= register;
            }
        }

        return table;
    }
}
