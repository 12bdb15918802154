using Cluster.Storage.State;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;

namespace Cluster.Storage.Tests.Keys.Merge;

/// <summary>A shard that has merged, on a simulated disk.</summary>
internal static class MergeBench
{
    public static readonly MergeOptions Eager = new() { Ratio = 0.1, MinBytes = 1, FileBytes = 3000, BytesPerSecond = 1 << 20 };

    /// <summary>With data files, segments below the merged part or not, and a log behind it.</summary>
    public static HintBench Merged(int seed = 1, bool release = true, int records = 400)
    {
        var bench = new HintBench(new LogBench(seed) { SegmentBytes = 6000 }).Open(merge: Eager);
        var random = new Random(seed);
        // Merged segments are kept for whoever streams them.
        using var pin = release ? null : bench.Store.Log.Pin(Lsn.None, long.MaxValue);
        for (var i = 0; i < records; i++)
        {
            Append(bench, random);
            if (i % 20 == 19)
            {
                bench.Flush();
                bench.Store.AdvanceCommit(bench.Store.LastLsn);
            }

            if (i == records / 2)
                Settle(bench, new Lsn(long.MaxValue));
        }

        bench.Flush();
        bench.Store.AdvanceCommit(bench.Store.LastLsn);
        return Settle(bench, new Lsn(long.MaxValue));
    }

    private static void Append(HintBench bench, Random random)
    {
        var key = BitConverter.GetBytes(random.Next(60));
        var term = bench.Bench.Term;
        switch (random.Next(40))
        {
            case 0:
                bench.Store.AppendConfiguration(term, 1, key);
                break;
            case 1:
                bench.Store.AppendTopology(term, 1, key);
                break;
            case < 8:
                bench.Store.AppendDelete(term, 1, SessionStamp.None, key);
                break;
            default:
                bench.Store.AppendPut(term, 1, SessionStamp.None, key, new byte[random.Next(200)], random.Next(3) == 0 ? 1_000_000 : 0);
                break;
        }
    }

    /// <summary>Until there is nothing more to merge.</summary>
    public static HintBench Settle(HintBench bench, Lsn floor)
    {
        bench.Store.ReleaseBelow(floor);
        for (var i = 0; i < 400; i++)
        {
            bench.Bench.Time.Advance(TimeSpan.FromMilliseconds(5));
            bench.Bench.Scheduler.RunAll();
            bench.Store.ReclaimMemory();
        }

        return bench;
    }

    public static string[] DataFiles(HintBench bench) => [.. bench.Bench.Files.ListFiles(LogBench.Folder).Where(DataFileInfo.IsName).Order(StringComparer.Ordinal)];
}
