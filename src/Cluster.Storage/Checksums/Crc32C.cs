using System.Buffers.Binary;
using System.Numerics;

namespace Cluster.Storage.Checksums;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where there is one. Guards bytes on disk against accidents.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data) => ~Update(~0u, data);

    /// <summary>Continues a running value; start with ~0 and invert the end result.</summary>
    public static uint Update(uint running, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            running = BitOperations.Crc32C(running, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        foreach (var value in data)
            running = BitOperations.Crc32C(running, value);
        return running;
    }
}
