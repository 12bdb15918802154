using System.Diagnostics;
using System.Globalization;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

var folder = Directory.CreateDirectory(Path.Combine(Option("--folder") ?? ".", $"log-{Environment.ProcessId}")).FullName;
var seconds = double.Parse(Option("--seconds") ?? "2", CultureInfo.InvariantCulture);
try
{
    Console.WriteLine("| case | records/s | MB/s | syncs/s | records per sync | managed bytes/record |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|");
    Raw("raw write and sync, 192 B", 192);
    Append("append 128 B, 1 in flight", 96, 1);
    Append("append 128 B, 16 in flight", 96, 16);
    Append("append 128 B, 256 in flight", 96, 256);
    Append("append 128 B, 4096 in flight", 96, 4096);
    Raw("raw write and sync, 1 MiB", 1 << 20);
    Append("append 64 KiB, 16 in flight", (64 << 10) - 32, 16);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

void Raw(string name, int bytes)
{
    using var file = new PosixFileLayer().Open(Path.Combine(folder, "raw"), FileOpening.Replace);
    var data = new byte[bytes];
    file.Write(0, new byte[64 << 20]);
    file.Sync();
    var watch = Stopwatch.StartNew();
    long count = 0;
    for (long offset = 0; watch.Elapsed.TotalSeconds < seconds; offset = (offset + bytes) % (63 << 20), count++)
    {
        file.Write(offset, data);
        file.Sync();
    }

    Row(name, count, bytes, count, watch.Elapsed, 0);
}

void Append(string name, int payload, int inFlight)
{
    using var pool = new WriterPool(1);
    var listener = new Counter();
    var log = ShardLog.Open(
        new ShardLogOptions
        {
            Folder = Path.Combine(folder, Guid.NewGuid().ToString("n")),
            Shard = 0,
            ClusterId = Guid.NewGuid(),
            Environment = StorageEnvironment.ForProcess(pool),
            Listener = listener,
        },
        listener);
    var allocated = GC.GetTotalAllocatedBytes();
    var watch = Stopwatch.StartNew();
    long appended = 0;
    while (watch.Elapsed.TotalSeconds < seconds)
    {
        var room = inFlight - (appended - listener.Through);
        if (room <= 0)
        {
            listener.Wait(appended - inFlight);
            continue;
        }

        for (; room > 0; room--, appended++)
        {
            log.Append(RecordKind.Keys, new Term(1), 0, SessionStamp.None, payload);
            log.Commit(out _);
        }

        log.RequestFlush();
    }

    listener.Wait(appended - 1);
    Row(name, appended, payload + 32, listener.Calls, watch.Elapsed, (GC.GetTotalAllocatedBytes() - allocated) / (double)appended);
    if (payload < 1000 && inFlight == 4096)
        Readers(log);
    using var closed = new ManualResetEventSlim();
    log.Close(_ => closed.Set());
    closed.Wait();
}

void Readers(ShardLog log)
{
    var watch = Stopwatch.StartNew();
    long bytes = 0, records = 0;
    for (var after = Lsn.None; log.ReadFromDisk(after, 1 << 20, out var slice) == LogReadOutcome.Records && watch.Elapsed.TotalSeconds < seconds;)
    {
        bytes += slice!.Length;
        records += slice.Last - after;
        after = slice.Last;
        slice.Dispose();
    }

    Console.WriteLine($"| read from segments, one reader | {records / watch.Elapsed.TotalSeconds:N0} | {bytes / watch.Elapsed.TotalSeconds / 1e6:N0} | | | |");
    watch.Restart();
    bytes = records = 0;
    while (watch.Elapsed.TotalSeconds < seconds / 2)
    {
        for (var after = log.LastLsn - 30_000; log.TryRead(after, 64 << 10, out var slice) == LogReadOutcome.Records;)
        {
            bytes += slice!.Length;
            records += slice.Last - after;
            after = slice.Last;
            slice.Dispose();
        }
    }

    Console.WriteLine($"| read from memory, one reader, 64 KiB at a time | {records / watch.Elapsed.TotalSeconds:N0} | {bytes / watch.Elapsed.TotalSeconds / 1e6:N0} | | | |");
}

void Row(string name, long records, int bytes, long syncs, TimeSpan time, double allocated) => Console.WriteLine(
    $"| {name} | {records / time.TotalSeconds:N0} | {records * (double)bytes / time.TotalSeconds / 1e6:N0} | {syncs / time.TotalSeconds:N0} | {records / (double)syncs:N1} | {allocated:N1} |");

string? Option(string name)
{
    var index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}

internal sealed class Counter : ILogListener, IRecordReplay
{
    private readonly object _gate = new();
    private long _through;

    public long Through => Volatile.Read(ref _through);

    public long Calls { get; private set; }

    public void Flushed(Lsn through)
    {
        lock (_gate)
        {
            _through = through.Value;
            Calls++;
            Monitor.Pulse(_gate);
        }
    }

    public void FlushFailed(Exception cause) => Environment.FailFast("the disk failed", cause);

    public void OnRecord(in RecordView record, RecordLocation location)
    {
    }

    public void Wait(long above)
    {
        lock (_gate)
        {
            while (_through <= above)
                Monitor.Wait(_gate);
        }
    }
}
