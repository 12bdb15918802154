using System;
using System.Buffers.Binary;

namespace Akka.Twin.Tests.Remote;

/// <summary>Damages bytes as broken or hostile peers do: flips, cuts, insertions, repetitions, and lengths at their limits.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly uint[] Extremes = [0, 1, 2, 4, 5, 127, 128, 16_384, 65_535, 127_999, 128_000, 128_001, 0x7fffffff, 0x80000000, 0xffffffff];

    public byte[] Mutate(byte[] original)
    {
        byte[] bytes = (byte[])original.Clone();
        for (int rounds = random.Next(1, 4); rounds > 0 && bytes.Length > 0; rounds--) bytes = Once(bytes);
        return bytes;
    }

    private byte[] Once(byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        int count = random.Next(1, Math.Min(16, bytes.Length - at) + 1);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + count)..]];
            case 4:
                byte[] noise = new byte[count];
                random.NextBytes(noise);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 5:
                return [.. bytes[..(at + count)], .. bytes[at..]];
            default:
                if (bytes.Length - at < sizeof(uint)) return bytes;
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Extremes[random.Next(Extremes.Length)]);
                return bytes;
        }
    }
}
