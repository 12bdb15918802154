using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Tests.Log;

namespace Cluster.Storage.Tests.Repair;

/// <summary>Closed or abandoned logs of key records in several segments, on a simulated disk.</summary>
internal static class RepairBench
{
    public const int Records = 90;

    /// <summary>The same seed gives the same bytes.</summary>
    public static LogBench Keys(int seed, bool powerLoss = false)
    {
        var bench = new LogBench(seed) { SegmentBytes = 2500 }.Open();
        var random = new Random(seed);
        for (var i = 0; i < Records; i++)
        {
            Append(bench, i);
            if (random.Next(3) == 0)
                bench.Flush();
            if (i == 60)
                bench.Time.Advance(TimeSpan.FromSeconds(2));
        }

        bench.Log.SetCommitLsn(new Lsn(20));
        bench.Flush();
        return bench.Restart(seed, powerLoss);
    }

    public static void Append(LogBench bench, int index)
    {
        var payload = new byte[KeyOperationWriter.Length(8, 30, 0)];
        KeyOperationWriter.Write(payload, KeyOperationKind.Put, BitConverter.GetBytes((long)index), Value(index), 0);
        bench.Append(payload);
    }

    public static byte[] Value(int index)
    {
        var value = new byte[30];
        value.AsSpan().Fill((byte)index);
        return value;
    }

    public static void FlipAnyBit(LogBench bench, Random random)
    {
        var names = bench.Files.ListFiles(LogBench.Folder).Order().ToArray();
        var path = bench.PathOf(names[random.Next(names.Length)]);
        var length = bench.Files.ReadAll(path).Length;
        bench.Files.FlipBit(path, random.NextInt64(Math.Min(length, 2600) * 8L));
    }

    public static string[] Content(LogBench bench, string folder = LogBench.Folder) =>
        [.. bench.Files.ListFiles(folder).Order().Select(name => $"{name}:{Convert.ToHexString(bench.Files.ReadAll(Path.Combine(folder, name)))}")];

    /// <summary>Everything up to there is what was appended.</summary>
    public static bool IsWhole(LogBench bench, Lsn last)
    {
        if (bench.Replayed.Count != last.Value)
            return false;
        for (var i = 0; i < bench.Replayed.Count; i++)
        {
            if (!KeyOperationView.TryParse(bench.Replayed[i].Payload, out var operation) || !operation.Value.SequenceEqual(Value(i)))
                return false;
        }

        return true;
    }
}
