using System.Diagnostics;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>The same log on the operating system's files with the real writer threads.</summary>
public sealed class RealDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Readers_on_other_threads_see_torn_missing_or_reordered_records()
    {
        using var pool = new WriterPool();
        var listener = new WaitingListener();
        var log = Open(pool, listener, 256 << 10, 512 << 10);
        const int Count = 40_000;
        var failures = new List<string>();
        var readers = new Thread[3];
        for (var i = 0; i < readers.Length; i++)
        {
            var budget = 1000 << (i * 3);
            readers[i] = new Thread(() => ReadAll(log, Count, budget, failures));
            readers[i].Start();
        }

        for (var i = 0; i < Count; i++)
        {
            var payload = LogBench.Payload(i + 1, 1, i % 97);
            payload.CopyTo(log.Append(RecordKind.Keys, new Term(1), 0, SessionStamp.None, payload.Length));
            log.Commit(out _);
            if (i % 50 == 49)
                log.RequestFlush();
        }

        log.RequestFlush();
        listener.WaitFor(new Lsn(Count));
        foreach (var reader in readers)
            Assert.True(reader.Join(TimeSpan.FromSeconds(30)), "a reader did not come to the end");
        Assert.Empty(failures);
        var digest = log.Digest;
        Close(log);

        listener = new WaitingListener();
        log = Open(pool, listener, 256 << 10, 512 << 10);
        Assert.Equal(digest, log.Digest);
        Assert.Equal(new Lsn(Count), log.FlushedLsn);
        Close(log);
    }

    private ShardLog Open(WriterPool pool, ILogListener listener, long segmentBytes, long bufferBytes, IRecordReplay? replay = null) => ShardLog.Open(
        new ShardLogOptions
        {
            Folder = Path.Combine(_folder, "shard-0"),
            Shard = 0,
            ClusterId = LogBench.ClusterId,
            Environment = StorageEnvironment.ForProcess(pool),
            Listener = listener,
            SegmentBytes = segmentBytes,
            BufferBytes = bufferBytes,
        },
        replay ?? new CheckingReplay());

    private static void Close(ShardLog log)
    {
        using var closed = new ManualResetEventSlim();
        Exception? error = null;
        log.Close(result =>
        {
            error = result;
            closed.Set();
        });
        Assert.True(closed.Wait(TimeSpan.FromSeconds(30)), "the log was not closed");
        Assert.Null(error);
    }

    private static void ReadAll(ShardLog log, int count, int budget, List<string> failures)
    {
        var after = Lsn.None;
        var spin = new SpinWait();
        var deadline = Stopwatch.StartNew();
        try
        {
            while (after.Value < count && deadline.Elapsed < TimeSpan.FromSeconds(25))
            {
                var outcome = log.TryRead(after, budget, out var slice);
                if (outcome == LogReadOutcome.NotInBuffer)
                    outcome = log.ReadFromDisk(after, budget, out slice);
                if (outcome == LogReadOutcome.AtEnd)
                {
                    spin.SpinOnce();
                    continue;
                }

                if (outcome != LogReadOutcome.Records)
                    throw new InvalidOperationException($"{outcome} after {after}");
                using (slice)
                    after = Check(slice!, after);
            }

            if (after.Value < count)
                throw new InvalidOperationException($"came to {after} only");
        }
        catch (Exception error)
        {
            lock (failures)
                failures.Add(error.ToString());
        }
    }

    private static Lsn Check(LogSlice slice, Lsn after)
    {
        for (var i = 0; i < slice.RangeCount; i++)
        {
            for (var range = slice.Range(i); range.Length > 0;)
            {
                if (!RecordView.TryParse(range, out var record) || record.Lsn != after.Next)
                    throw new InvalidOperationException($"no record {after.Next}");
                var payload = record.Payload;
                if (!payload.SequenceEqual(LogBench.Payload(record.Lsn.Value, 1, payload.Length)))
                    throw new InvalidOperationException($"record {record.Lsn} has other bytes");
                after = record.Lsn;
                range = range[record.Length..];
            }
        }

        return after == slice.Last ? after : throw new InvalidOperationException("the slice ends elsewhere than it says");
    }

    private sealed class CheckingReplay : IRecordReplay
    {
        public long Count { get; private set; }

        public void OnRecord(in RecordView record, RecordLocation location)
        {
            Count++;
            Assert.Equal(Count, record.Lsn.Value);
        }
    }

    private sealed class WaitingListener : ILogListener
    {
        private readonly object _gate = new();
        private Lsn _flushed;

        public void Flushed(Lsn through)
        {
            lock (_gate)
            {
                _flushed = through;
                Monitor.PulseAll(_gate);
            }
        }

        public void FlushFailed(Exception cause) => throw cause;

        public void WaitFor(Lsn lsn)
        {
            var until = Stopwatch.StartNew();
            lock (_gate)
            {
                while (_flushed < lsn)
                    Assert.True(until.Elapsed < TimeSpan.FromSeconds(30) && Monitor.Wait(_gate, TimeSpan.FromSeconds(30)), $"flushed only {_flushed} of {lsn}");
            }
        }
    }
}
