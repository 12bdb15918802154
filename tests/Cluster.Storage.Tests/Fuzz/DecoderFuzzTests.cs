using System.Buffers.Binary;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Fuzz;

/// <summary>
/// Bytes from anywhere, sound ones with changes, cut short ones, each with and without a checksum that holds: every decoder reads them or says no in
/// its own way, and takes no more memory than a file of that size may cost. CLUSTER_FUZZ_INPUTS sets how many for each decoder.
/// </summary>
public sealed class DecoderFuzzTests(ITestOutputHelper output)
{
    /// <summary>An error with its text and trace, a window from the pool for the first time.</summary>
    private const long BytesPerInput = 2 << 20;

    private static readonly int Inputs = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_FUZZ_INPUTS"), out var inputs) ? inputs : 10_000;

    private static readonly long[] Extremes = [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1 << 20, 128 << 20, 1L << 40];

    [Fact]
    public void Damaged_bytes_break_a_decoder_of_storage()
    {
        foreach (var decoder in new Decoders().All)
        {
            var random = new Random(2026);
            foreach (var sample in decoder.Samples)
                decoder.Read((byte[])sample.Clone());
            Assert.NotEmpty(decoder.Samples);
            long refused = 0;
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            long most = 0;
            for (var i = 0; i < Inputs; i++)
            {
                var bytes = Damaged(decoder, random);
                var start = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    decoder.Read(bytes);
                }
                catch (StorageException)
                {
                    refused++;
                }
                catch (Exception error)
                {
                    Assert.Fail($"{decoder}, input {i}, {Convert.ToHexString(bytes)}: {error}");
                }

                most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - start);
                if (most > BytesPerInput)
                    Assert.Fail($"{decoder}, input {i}: {most} bytes for {Convert.ToHexString(bytes)}");
            }

            var mean = (GC.GetAllocatedBytesForCurrentThread() - before) / Math.Max(1, Inputs);
            output.WriteLine(FormattableString.Invariant(
                $"fuzz: {decoder,-20} {Inputs,12:N0} inputs, {refused,10:N0} typed errors, {clock.Elapsed.TotalSeconds,7:N1} s, at most {most:N0} bytes for one"));
            Assert.True(mean < 256 << 10, $"{decoder}: {mean} bytes per input");
        }
    }

    private static byte[] Damaged(Decoder decoder, Random random)
    {
        if (random.Next(10) == 0)
        {
            var noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = (byte[])decoder.Samples[random.Next(decoder.Samples.Count)].Clone();
        for (var times = random.Next(1, 4); times > 0 && bytes.Length > 0; times--)
            bytes = Once(bytes, random);
        if (decoder.Seal is { } seal && random.Next(3) > 0)
            seal(bytes);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        // Half of the damage hits where lengths and counts are.
        var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 300) : bytes.Length);
        switch (random.Next(8))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. new byte[random.Next(1, 40)]];
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]];
            case 3:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 4:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 16), bytes.Length - at)));
                return bytes;
            case 5 when bytes.Length >= at + 8:
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), Extremes[random.Next(Extremes.Length)]);
                return bytes;
            case 6 when bytes.Length >= at + 4:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at / 4 * 4), (int)Extremes[random.Next(8)]);
                return bytes;
            default:
                bytes[at] = (byte)random.Next(256);
                return bytes;
        }
    }
}
