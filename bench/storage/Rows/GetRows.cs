using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Rows;

/// <summary>Gets by one thread: the directory's look-up and the copy of the value into the caller's memory.</summary>
internal static class GetRows
{
    private const int BufferKeys = 400_000;

    public static readonly Row Disk = new(
        "get",
        "random get of 100-byte values, many keys, page cache warm, one core",
        "k gets/s",
        [Aim.Least(1000, "≥ 1,000 k/s"), Aim.MostOf("allocated", 0, "no allocation")],
        static place =>
        {
            var open = place.Keys.Open();
            RawDevice.Warm(place.Keys.Segments);
            var (rate, allocated) = Gets(open.Store, place.Keys.Count, place.Time, fromMemory: false);
            return new Sample(rate / 1e3)
            {
                Raw = RawDevice.WarmReadsPerSecond(place.Keys.Segments, KeyData.ValueBytes + KeyData.KeyBytes + 16, place.Time / 2) / 1e3,
                Sqlite = place.SqliteKeys.GetsPerSecond(place.Time) / 1e3,
                Redis = place.Redis.GetsPerSecond(place.Keys.Count, KeyData.ValueBytes, place.Time) / 1e3,
                Figures = [new("allocated", allocated, "bytes per get")],
            };
        })
    {
        Limit = TimeSpan.FromMinutes(8), // makes the large store for all rows to come, and SQLite's and Redis's
        Note = "raw: preads of the same size at random places of the same files; SQLite: one read transaction, 256 MiB of cache and mmap; Redis: a pipeline of 256 GETs",
    };

    public static readonly Row Buffer = new(
        "get-buffer",
        "random get of 100-byte values from the WAL buffer, one core",
        "k gets/s",
        [Aim.Least(2000, "≥ 2,000 k/s"), Aim.MostOf("allocated", 0, "no allocation")],
        static place =>
        {
            var folder = place.NewFolder("buffer");
            try
            {
                using var open = new OpenStore(Path.Combine(folder, "shard-0"), hints: false, bufferBytes: 256 << 20);
                Fill.Keys(open, BufferKeys, KeyData.ValueBytes);
                var (rate, allocated) = Gets(open.Store, BufferKeys, place.Time, fromMemory: true);
                return new Sample(rate / 1e3) { Figures = [new("allocated", allocated, "bytes per get")] };
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        })
    {
        Note = $"{BufferKeys:N0} keys, all in the buffer",
    };

    private static (double Rate, double Allocated) Gets(ShardStore store, int keys, TimeSpan time, bool fromMemory)
    {
        Measure(store, keys, time / 5, fromMemory);
        return Measure(store, keys, time, fromMemory);
    }

    private static (double Rate, double Allocated) Measure(ShardStore store, int keys, TimeSpan time, bool fromMemory)
    {
        Span<byte> key = stackalloc byte[KeyData.KeyBytes];
        Span<byte> value = stackalloc byte[KeyData.ValueBytes];
        var random = new Random(5);
        long count = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            for (var i = 0; i < 256; i++, count++)
            {
                var number = random.Next(keys);
                KeyData.WriteKey(key, number);
                var found = store.FindCommitted(key);
                var outcome = !found.Found ? ValueReadOutcome.Gone
                    : fromMemory ? store.ReadFromMemory(found.Location, key, value)
                    : store.ReadFromDisk(found.Location, key, value);
                if (outcome != ValueReadOutcome.Copied || BitConverter.ToInt32(value) != number)
                    throw new InvalidOperationException($"key {number}: {outcome}");
            }
        }

        var rate = count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return (rate, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }
}
