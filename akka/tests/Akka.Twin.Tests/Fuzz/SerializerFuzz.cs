using System;
using System.Collections.Generic;
using Akka.Twin.Tests.Remote;
using Xunit;
using Xunit.Sdk;

namespace Akka.Twin.Tests.Fuzz;

/// <summary>
/// Reads damaged bytes by the thousand: an object or a typed error, and memory in proportion to the bytes. Fixed seed; a failure
/// names its round and shows its bytes.
/// </summary>
internal static class SerializerFuzz
{
    // Exceptions with their stack traces, and the search for an assembly that is not there: the handlers of the test host take part in it.
    private const long AllocationFree = 2 * 1024 * 1024;
    private const long AllocationPerByte = 256;

    /// <summary>Tables double and an assembly is loaded once: more rounds than that, however many there are, cost what they cost each time.</summary>
    private const int RepeatsMax = 64;

    public static readonly int Rounds = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 1_000_000 : 20_000;

    /// <param name="samples">Sound bytes.</param>
    /// <param name="read">Gets the number of the sample that the bytes came from, and the bytes.</param>
    public static void Run(IReadOnlyList<byte[]> samples, Action<int, byte[]> read, Func<Exception, bool> isTyped, int rounds)
    {
        for (var i = 0; i < samples.Count; i++)
        {
            read(i, samples[i]); // and compiles, loads and caches what it needs once
        }

        var random = new Random(2026);
        var mutator = new Mutator(random);
        var repeated = 0;
        for (var round = 0; round < rounds; round++)
        {
            var sample = random.Next(samples.Count);
            var bytes = random.Next(50) == 0 ? Noise(random) : mutator.Mutate(samples[sample]);
            if (random.Next(8) == 0)
            {
                bytes = Splice(bytes, samples[random.Next(samples.Count)], random);
            }

            if (!Read(round, sample, bytes, read, isTyped))
            {
                repeated++;
                Assert.True(repeated <= RepeatsMax, $"round {round}, sample {sample}: the {repeated}th that cost more than its length when first seen");
            }
        }
    }

    /// <summary>
    /// What bytes cost, they cost each time: an assembly that is loaded once, or a table that happens to grow, is not theirs. False if they
    /// had to be read again to tell.
    /// </summary>
    private static bool Read(int round, int sample, byte[] bytes, Action<int, byte[]> read, Func<Exception, bool> isTyped)
    {
        var allowed = AllocationFree + (AllocationPerByte * bytes.Length);
        if (Cost(round, sample, bytes, read, isTyped) <= allowed)
        {
            return true;
        }

        var allocated = Cost(round, sample, bytes, read, isTyped);
        if (allocated > allowed) // the text is dear: made for a failure only
        {
            Assert.Fail($"round {round}, sample {sample}: {allocated} bytes for {bytes.Length}: {Convert.ToHexString(bytes)}");
        }

        return false;
    }

    private static long Cost(int round, int sample, byte[] bytes, Action<int, byte[]> read, Func<Exception, bool> isTyped)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(sample, bytes);
        }
        catch (Exception e) when (isTyped(e))
        {
        }
        catch (Exception e)
        {
            throw new XunitException($"round {round}, sample {sample}, {Convert.ToHexString(bytes)}: {e}");
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Splice(byte[] head, byte[] tail, Random random) =>
        [.. head.AsSpan(0, random.Next(head.Length + 1)), .. tail.AsSpan(random.Next(tail.Length + 1))];
}
