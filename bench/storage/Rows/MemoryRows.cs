using Cluster.Bench.Storage.Data;

namespace Cluster.Bench.Storage.Rows;

/// <summary>What a key costs in memory, and what the garbage collector does to a writer.</summary>
internal static class MemoryRows
{
    private const int TtlKeys = 1_000_000;

    public static readonly Row Keys = new(
        "memory",
        "memory per key, many keys written with fsync always",
        "bytes per key",
        [
            Aim.Most(40, "≤ 40"),
            Aim.MostOf("with TTL more", 24, "TTL ≤ 24 more"),
            Aim.MostOf("longest GC pause", 10, "longest GC pause < 10 ms"),
        ],
        static place =>
        {
            place.Redis.Stop();
            place.Keys.Close();
            var plain = ChildOpen.Start(place.Keys.Folder, hints: true);
            var keys = Math.Min(TtlKeys, place.Options.Keys);
            var without = Directory(place, keys, expiresAt: 0, out _);
            var with = Directory(place, keys, expiresAt: 4_000_000_000_000_000, out var pause);
            var filling = place.Keys.Filling;
            return new Sample(plain.PrivateBytes / (double)plain.Keys)
            {
                Figures =
                [
                    new("directory alone", plain.DirectoryBytes / (double)plain.Keys, "bytes per key"),
                    new("with TTL more", (with - without) / (double)keys, "bytes per key"),
                    new("longest GC pause", Math.Max(filling.LongestPauseMs, pause), "ms"),
                    new("collections while all keys were written", filling.Collections, ""),
                    new("written", place.Keys.Count / filling.Seconds / 1e3, "k keys/s"),
                    new("CPU of writing", filling.CpuNanosecondsPerKey, "ns per key"),
                    new("managed bytes of writing", filling.AllocatedPerKey, "per key"),
                ],
            };
        })
    {
        IsRate = false,
        Note = "resident memory of a fresh process that opened the store, less what it had before (the log's buffers and the allocator's share are in it); TTL: the difference of two stores of a million keys",
    };

    /// <summary>Resident memory of a store of so many keys once it is open in a fresh process.</summary>
    private static long Directory(Workplace place, int keys, long expiresAt, out double pause)
    {
        var folder = place.NewFolder("ttl");
        try
        {
            var shard = Path.Combine(folder, "shard-0");
            using (var open = new OpenStore(shard, hints: false))
                pause = Fill.Keys(open, keys, KeyData.ValueBytes, expiresAt).LongestPauseMs;
            return ChildOpen.Start(shard, hints: false).PrivateBytes;
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }
}
