using System.Buffers.Binary;
using Xunit;

namespace Cluster.Actors.Tests.Wire;

/// <summary>
/// Reads damaged bytes by the thousand: a value or an expected error. Fixed seed; a failure names its round and shows its bytes.
/// <c>CLUSTER_FUZZ_INPUTS</c> sets how many.
/// </summary>
internal static class Damage
{
    private static readonly int Inputs = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_FUZZ_INPUTS"), out int inputs) ? inputs : 20_000;

    private static readonly int[] Extremes = [0, 1, -1, int.MaxValue, int.MinValue, 1 << 20, 1 << 28];

    /// <param name="samples">Sound bytes.</param>
    /// <param name="read">Gets the number of the sample that the bytes came from.</param>
    /// <param name="bytesPerByte">Memory that one byte may cost, beside what an error costs; null where a package decides that.</param>
    public static void Inflict(IReadOnlyList<byte[]> samples, Action<int, byte[]> read, Func<Exception, bool> isExpected, long? bytesPerByte)
    {
        for (int i = 0; i < samples.Count; i++) read(i, samples[i]);
        var random = new Random(2026);
        for (int round = 0; round < Inputs; round++)
        {
            int sample = random.Next(samples.Count);
            var bytes = samples[sample];
            for (int times = random.Next(1, 4); times > 0; times--) bytes = Once(bytes, samples[random.Next(samples.Count)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() => read(sample, bytes));
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            // The texts are dear: made for a failure only.
            if (error is not null && !isExpected(error)) Assert.Fail($"round {round}, sample {sample}, {Convert.ToHexString(bytes)}: {error}");
            if (taken > 512 * 1024 + bytesPerByte * bytes.Length) Assert.Fail($"round {round}, sample {sample}: {taken} bytes for {Convert.ToHexString(bytes)}");
        }
    }

    private static byte[] Once(byte[] bytes, byte[] other, Random random)
    {
        if (bytes.Length == 0) return other;
        int at = random.Next(bytes.Length);
        int count = Math.Min(random.Next(1, 16), bytes.Length - at);
        var copy = bytes.ToArray();
        switch (random.Next(7))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                random.NextBytes(copy.AsSpan(at, count));
                return copy;
            case 2:
                return copy[..at];
            case 3:
                return [.. copy[..at], .. copy[(at + count)..]];
            case 4:
                return [.. copy[..(at + count)], .. copy[at..]];
            case 5:
                return [.. copy[..at], .. other.AsSpan(random.Next(other.Length + 1))];
            default:
                if (copy.Length - at >= 4) BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at), Extremes[random.Next(Extremes.Length)]);
                return copy;
        }
    }
}
