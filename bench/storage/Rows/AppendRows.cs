using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using Cluster.Bench.Storage.Rivals;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Rows;

/// <summary>Appending to one shard's log with fsync = always, counted when reported flushed.</summary>
internal static class AppendRows
{
    private const int SmallRecord = 128;
    private const int LargeRecord = 64 << 10;

    public static readonly Row Small = new(
        "append-small",
        "append 128-byte records, fsync always, 256 in flight",
        "k records/s",
        [Aim.Least(500, "≥ 500 k/s"), Aim.LeastOf("records per sync", 64, "≥ 64 records per sync")],
        static place =>
        {
            var (rate, syncs, records, cpu) = Append(place, SmallRecord, 256, 256);
            return new Sample(rate / 1e3)
            {
                // The device's best: batches of 256 back to back.
                Raw = RawDevice.WritesPerSecond(place.Folder, 256 * SmallRecord, place.Time) * 256 / 1e3,
                Sqlite = SqliteRival.AppendsPerSecond(place, SmallRecord - RecordFormat.HeaderBytes, 256) / 1e3,
                Redis = place.Redis.SetsPerSecond(SmallRecord - RecordFormat.HeaderBytes, 256, place.Time) / 1e3,
                Figures = [new("records per sync", records / (double)syncs, ""), new("syncs", syncs, ""), new("CPU", cpu / records, "ns per record")],
            };
        })
    {
        Note = "raw: writes of 256 records with fdatasync, back to back; SQLite: transactions of 256; Redis: a pipeline of 256 SETs",
    };

    public static readonly Row One = new(
        "append-one",
        "append 128-byte records, fsync always, one in flight",
        "records/s",
        [Aim.OfRaw(0.7, "≥ 70 % of raw")],
        static place =>
        {
            // The device's speed drifts: raw is measured before and after.
            var before = RawDevice.WritesPerSecond(place.Folder, SmallRecord + BatchHeader.Bytes, place.Time / 2);
            var (rate, syncs, records, cpu) = Append(place, SmallRecord, 1, 1);
            var after = RawDevice.WritesPerSecond(place.Folder, SmallRecord + BatchHeader.Bytes, place.Time / 2);
            return new Sample(rate)
            {
                Raw = (before + after) / 2,
                Sqlite = SqliteRival.AppendsPerSecond(place, SmallRecord - RecordFormat.HeaderBytes, 1),
                Redis = place.Redis.SetsPerSecond(SmallRecord - RecordFormat.HeaderBytes, 1, place.Time),
                Figures = [new("records per sync", records / (double)syncs, ""), new("CPU", cpu / records / 1e3, "µs per record")],
            };
        })
    {
        Note = "raw: writes of one record with its batch header and fdatasync on a file laid out alike, before and after ours",
    };

    public static readonly Row Large = new(
        "append-large",
        "append 64 KiB records, synced in batches of 1 MiB",
        "MB/s",
        [Aim.OfRaw(0.7, "≥ 70 % of raw")],
        static place =>
        {
            var before = RawDevice.WritesPerSecond(place.Folder, 1 << 20, place.Time / 2);
            var (rate, syncs, records, cpu) = Append(place, LargeRecord, 32, 16);
            var after = RawDevice.WritesPerSecond(place.Folder, 1 << 20, place.Time / 2);
            return new Sample(rate * LargeRecord / 1e6)
            {
                Raw = (before + after) / 2 * (1 << 20) / 1e6,
                Sqlite = SqliteRival.AppendsPerSecond(place, LargeRecord - RecordFormat.HeaderBytes, 16) * LargeRecord / 1e6,
                Redis = place.Redis.SetsPerSecond(LargeRecord - RecordFormat.HeaderBytes, 16, place.Time) * LargeRecord / 1e6,
                Figures = [new("records per sync", records / (double)syncs, ""), new("CPU", cpu / records / 1e3, "µs per record")],
            };
        })
    {
        Note = "32 records in flight, so that one batch is laid out while the one before is synced; raw: writes of 1 MiB with fdatasync to a growing file, before and after ours; SQLite: transactions of 16; Redis: a pipeline of 16",
    };

    private static (double Rate, long Syncs, long Records, double CpuNanoseconds) Append(Workplace place, int record, int inFlight, int burst)
    {
        using var pool = new WriterPool(1);
        var files = new CountingFiles();
        var pump = new LogPump();
        var folder = place.NewFolder("append");
        var log = ShardLog.Open(
            new ShardLogOptions
            {
                Folder = Path.Combine(folder, "shard-0"),
                Shard = 0,
                ClusterId = Guid.NewGuid(),
                Environment = StorageEnvironment.ForProcess(pool) with { Files = files },
                Listener = pump,
            },
            pump);
        try
        {
            var payload = record - RecordFormat.HeaderBytes;
            pump.Run(log, payload, inFlight, burst, place.Time / 5); // warm
            var syncs = files.Syncs;
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var records = pump.Run(log, payload, inFlight, burst, place.Time);
            var time = watch.Elapsed;
            process.Refresh();
            return (records / time.TotalSeconds, files.Syncs - syncs, records, (process.TotalProcessorTime - cpu).TotalNanoseconds);
        }
        finally
        {
            LogPump.Close(log.Close);
            Directory.Delete(folder, recursive: true);
        }
    }
}
