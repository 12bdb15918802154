using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using Cluster.Storage;
using Cluster.Storage.Checksums;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Rows;

/// <summary>Followers' reading: in order, every record's digest carried on by the reader and compared with the log's at the end.</summary>
internal static class ReaderRows
{
    private const int Record = 512;
    private const int SliceBytes = 256 << 10;
    private const int Readers = 4;

    public static readonly Row Memory = new(
        "readers-memory",
        "4 readers of the same recent gigabyte, each verifying every checksum",
        "MB/s together",
        [Aim.Least(1500, "≥ 1,500 MB/s"), Aim.MostOf("memory more while they read", 64, "one copy in memory")],
        static place => WithLog(place, bufferBytes: 2L << 30, (log, _, bytes) =>
        {
            var before = Devices.PrivateBytes();
            var most = before;
            var watch = Stopwatch.StartNew();
            var cpu = Cpu();
            Exception? failure = null;
            var threads = Enumerable.Range(0, Readers).Select(_ => new Thread(() =>
            {
                try
                {
                    Follow(log, fromDisk: false);
                }
                catch (Exception error)
                {
                    failure = error;
                }
            })).ToArray();
            foreach (var thread in threads)
                thread.Start();
            foreach (var thread in threads)
            {
                while (!thread.Join(20))
                    most = Math.Max(most, Devices.PrivateBytes());
            }

            if (failure is not null)
                throw failure;
            return new Sample(Readers * bytes / watch.Elapsed.TotalSeconds / 1e6)
            {
                Figures =
                [
                    new("memory more while they read", (most - before) / 1e6, "MB"),
                    new("read by each", bytes / 1e6, "MB"),
                    new("CPU", (Cpu() - cpu).TotalNanoseconds / (Readers * bytes / 1e3), "ns per kB"),
                ],
            };
        }))
    {
        Note = $"records of {Record} bytes, {SliceBytes >> 10} KiB at a time",
    };

    public static readonly Row Disk = new(
        "readers-disk",
        "one reader of segments, cold, verifying every checksum",
        "MB/s",
        [Aim.OfRaw(0.8, "≥ 80 % of raw")],
        static place => WithLog(place, bufferBytes: 1 << 20, (log, folder, bytes) =>
        {
            string[] files = [.. Directory.GetFiles(folder, "wal-*").Order()];
            var rawCpu = Cpu();
            var raw = RawDevice.ReadCold(files, out var read);
            var rawUsed = (Cpu() - rawCpu).TotalNanoseconds / (read / 1e3);
            Devices.Evict(files);
            var cpu = Cpu();
            var watch = Stopwatch.StartNew();
            Follow(log, fromDisk: true);
            var seconds = watch.Elapsed.TotalSeconds;
            var used = (Cpu() - cpu).TotalNanoseconds / (bytes / 1e3);
            raw = (raw + RawDevice.ReadCold(files, out _)) / 2;
            return new Sample(bytes / seconds / 1e6) { Raw = read / raw / 1e6, Figures = [new("CPU", used, "ns per kB"), new("CPU of raw", rawUsed, "ns per kB")] };
        }))
    {
        Note = "raw: a cold sequential read of the same files, before and after",
    };

    private static Sample WithLog(Workplace place, long bufferBytes, Func<ShardLog, string, long, Sample> measure)
    {
        using var pool = new WriterPool(1);
        var pump = new LogPump();
        var folder = place.NewFolder("readers");
        var options = new ShardLogOptions
        {
            Folder = Path.Combine(folder, "shard-0"),
            Shard = 0,
            ClusterId = Guid.NewGuid(),
            Environment = StorageEnvironment.ForProcess(pool),
            Listener = pump,
            BufferBytes = bufferBytes,
            Fsync = FsyncMode.Os,
        };
        var log = ShardLog.Open(options, pump);
        try
        {
            var records = (place.Options.Quick ? 100L << 20 : 1L << 30) / Record;
            pump.Run(log, Record - RecordFormat.HeaderBytes, 4096, 256, TimeSpan.FromMinutes(2), records);
            return measure(log, options.Folder, records * Record);
        }
        finally
        {
            LogPump.Close(log.Close);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>From the first record to the last; the digest that the reader arrives at must be the log's.</summary>
    private static void Follow(ShardLog log, bool fromDisk)
    {
        var after = log.FirstLsn - 1;
        ulong digest = 0;
        while (true)
        {
            var outcome = fromDisk ? log.ReadFromDisk(after, 1 << 20, out var slice) : log.TryRead(after, SliceBytes, out slice);
            if (outcome == LogReadOutcome.AtEnd)
                break;
            if (outcome != LogReadOutcome.Records)
                throw new InvalidOperationException($"reading after {after}: {outcome}");
            using (slice)
            {
                // What comes from disk was verified by the log: the batches' checksums. In memory the reader is the one who verifies.
                for (var i = 0; i < slice!.RangeCount && !fromDisk; i++)
                {
                    for (var records = slice.Range(i); records.Length > 0;)
                    {
                        if (!RecordView.TryParse(records, out var record))
                            throw new InvalidOperationException($"no record after {after}");
                        digest = XxHash64.Compute(record.Bytes, digest);
                        records = records[record.Length..];
                    }
                }

                if (fromDisk)
                    digest = slice.Digest;
                if (slice.First != after.Next || slice.Digest != digest)
                    throw new InvalidOperationException($"the digest after {slice.Last} does not hold");
                after = slice.Last;
            }
        }

        if (after != log.LastLsn || digest != log.Digest)
            throw new InvalidOperationException($"the reader ended at {after} with another digest than the log's");
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
