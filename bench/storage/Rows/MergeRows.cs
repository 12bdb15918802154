using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using Cluster.Storage;

namespace Cluster.Bench.Storage.Rows;

/// <summary>What merging takes from the foreground, and whether it keeps up.</summary>
internal static class MergeRows
{
    private const int Keys = 500_000;

    public static readonly Row Throughput = new(
        "merge",
        "overwrites per second while merging at the default throttle, of those without",
        "%",
        [Aim.Least(80, "≥ 80 %")],
        static place =>
        {
            var keys = Math.Min(Keys, place.Options.Keys);
            var time = TimeSpan.FromSeconds(place.Options.Quick ? 2 : 5);
            var without = Overwrite(place, keys, merge: false, time, out _);
            var with = Overwrite(place, keys, merge: true, time, out var status);
            without = (without + Overwrite(place, keys, merge: false, time, out _)) / 2;
            return new Sample(with / without * 100)
            {
                Figures =
                [
                    new("without", without / 1e3, "k/s"),
                    new("with", with / 1e3, "k/s"),
                    new("merges", status.Merges, ""),
                    new("read by merges", status.BytesRead / 1e6, "MB"),
                    new("written by merges", status.BytesWritten / 1e6, "MB"),
                ],
            };
        })
    {
        Note = $"{Keys:N0} keys, 256 in flight, fsync always; without: before and after",
    };

    public static readonly Row Endurance = new(
        "overwrite",
        "uniform overwrites at 70 % of peak",
        "× live data on disk at most",
        [Aim.Most(2.5, "disk ≤ 2.5 × live data"), Aim.MostOf("append to durable: max", 100, "no stall above 100 ms")],
        static place => Endure(place))
    {
        IsRate = false,
        IsLong = true,
        Note = "live data: what the store takes on disk with each key written once. A stall beside one of the idle timer's or of the sync probe's at the same time is the machine's",
    };

    private static double Overwrite(Workplace place, int keys, bool merge, TimeSpan time, out MergeStatus status)
    {
        var folder = place.NewFolder("merge");
        try
        {
            using var open = new OpenStore(Path.Combine(folder, "shard-0"), merge: merge);
            if (merge)
                open.Store.ReleaseBelow(new Lsn(long.MaxValue));
            Fill.Keys(open, keys, KeyData.ValueBytes);
            var overwriter = new Overwriter(open, keys);
            overwriter.Run(time / 4);

            // Until there is garbage enough for a merge.
            var watch = Stopwatch.StartNew();
            while (merge && open.Store.MergeStatus is { Running: false, Merges: 0 })
            {
                if (watch.Elapsed > TimeSpan.FromSeconds(60))
                    throw new InvalidOperationException("nothing was merged within a minute of overwrites");
                overwriter.Run(TimeSpan.FromMilliseconds(200));
            }

            watch.Restart();
            var written = overwriter.Run(time);
            var rate = written / watch.Elapsed.TotalSeconds;
            status = open.Store.MergeStatus;
            if (status.Failure is { } failure)
                throw new InvalidOperationException("the merge failed", failure);
            return rate;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Sample Endure(Workplace place)
    {
        var folder = place.NewFolder("overwrite");
        var shard = Path.Combine(folder, "shard-0");
        try
        {
            var keys = place.Options.Keys;
            var latencies = new Latencies();
            using var open = new OpenStore(shard);
            place.Progress($"overwrite: {keys:N0} keys");
            Fill.Keys(open, keys, KeyData.ValueBytes);
            var live = Bytes(shard);
            open.Store.ReleaseBelow(new Lsn(long.MaxValue));
            place.Progress("overwrite: peak");
            var watch = Stopwatch.StartNew();
            var peakTime = TimeSpan.FromSeconds(place.Options.Quick ? 3 : 20);
            var peak = new Overwriter(open, keys).Run(peakTime) / watch.Elapsed.TotalSeconds;
            var rate = peak * 0.7;
            var time = TimeSpan.FromMinutes(place.Options.Minutes);
            place.Progress($"overwrite: {time.TotalMinutes:F1} minutes at {rate / 1e3:N0} k/s, peak {peak / 1e3:N0} k/s");
            using var machine = new MachineWatch(folder);
            open.Pump.Latencies = latencies;
            var pauses = new PauseWatch();
            long most = 0;
            var overwriter = new Overwriter(open, keys) { Latencies = latencies };
            watch.Restart();
            var written = overwriter.RunAt(rate, time, at =>
            {
                pauses.Look();
                most = Math.Max(most, Bytes(shard));
                if ((long)at.TotalSeconds % 30 != 0)
                    return;
                var status = open.Store.MergeStatus;
                place.Progress($"overwrite: {at.TotalSeconds:F0} s, disk {Bytes(shard) / (double)live:F2} × live, longest {latencies.Longest.TotalMilliseconds:F0} ms, {status.Merges} merges");
                if (status.Failure is { } failure)
                    throw new InvalidOperationException("the merge failed", failure);
            });
            var seconds = watch.Elapsed.TotalSeconds;
            Fill.CommitAll(open);
            open.Pump.Latencies = null;
            Check(open, keys);
            Console.Error.WriteLine($"longest from append to durable: {latencies.Worst}");
            Console.Error.WriteLine($"latest of an idle 1 ms timer:   {machine.Timer}");
            Console.Error.WriteLine($"longest of a raw sync probe:    {machine.Sync}");
            return new Sample(most / (double)live)
            {
                Figures =
                [
                    new("append to durable: p99", latencies.PercentileMs(0.99), "ms"),
                    new("append to durable: p99.9", latencies.PercentileMs(0.999), "ms"),
                    new("append to durable: max", latencies.Longest.TotalMilliseconds, "ms"),
                    new("idle timer late: max", machine.Timer.Longest.TotalMilliseconds, "ms"),
                    new("raw sync probe: max", machine.Sync.Longest.TotalMilliseconds, "ms"),
                    new("longest GC pause", pauses.LongestMs, "ms"),
                    new("written", written / seconds / 1e3, "k/s"),
                    new("peak", peak / 1e3, "k/s"),
                    new("merges", open.Store.MergeStatus.Merges, ""),
                    new("bytes of keys and values", keys * (double)(KeyData.KeyBytes + KeyData.ValueBytes) / 1e6, "MB"),
                    new("disk at most", most / 1e6, "MB"),
                ],
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A sample of the keys: each has a value of its own key.</summary>
    private static void Check(OpenStore open, int keys)
    {
        var random = new Random(1);
        var value = new byte[KeyData.ValueBytes];
        var key = new byte[KeyData.KeyBytes];
        for (var i = 0; i < 10_000; i++)
        {
            var number = random.Next(keys);
            KeyData.WriteKey(key, number);
            var found = open.Store.FindCommitted(key);
            if (!found.Found || open.Store.ReadFromDisk(found.Location, key, value) != Cluster.Storage.Keys.ValueReadOutcome.Copied || BitConverter.ToInt32(value) != number)
                throw new InvalidOperationException($"key {number} has lost its value");
        }
    }

    private static long Bytes(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Unlinked by a merge meanwhile.
            }
        }

        return bytes;
    }
}
