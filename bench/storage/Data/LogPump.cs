using System.Diagnostics;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Data;

/// <summary>
/// The owner of one shard's log with a number of records in flight: appends as many as were reported flushed. It looks for the report
/// for 100 µs before it sleeps, as a busy owner would find the message without a sleep; that costs its core, not the writer's.
/// </summary>
internal sealed class LogPump : ILogListener, IRecordReplay
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    private readonly object _gate = new();
    private readonly byte[] _data = new byte[1 << 20];
    private long _through;
    private bool _sleeping;
    private Exception? _failure;

    public LogPump() => new Random(7).NextBytes(_data);

    public long Through => Volatile.Read(ref _through);

    /// <summary>Calls of Flushed: rounds of the writer that ended in a sync.</summary>
    public long Rounds { get; private set; }

    /// <summary>Told of each flush before the owner is. Set while nothing is in flight.</summary>
    public Latencies? Latencies { get; set; }

    public void Flushed(Lsn through)
    {
        Rounds++;
        Latencies?.Flushed(through.Value);
        Volatile.Write(ref _through, through.Value);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping))
            Wake();
    }

    public void FlushFailed(Exception cause)
    {
        _failure = cause;
        Wake();
    }

    public void OnRecord(in RecordView record, RecordLocation location)
    {
    }

    /// <summary>Appends for that time and waits for the last flush. Returns the records.</summary>
    /// <param name="burst">The owner asks for a flush after so many records.</param>
    public long Run(ShardLog log, int payload, int inFlight, int burst, TimeSpan time, long recordsMax = long.MaxValue)
    {
        Volatile.Write(ref _through, log.FlushedLsn.Value);
        var first = log.LastLsn.Value;
        var appended = first;
        var term = new Term(1);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time && appended - first < recordsMax)
        {
            var room = inFlight - (appended - Through);
            if (room <= 0)
            {
                WaitAbove(appended - inFlight);
                continue;
            }

            for (var n = Math.Min(room, burst); n > 0; n--, appended++)
            {
                var target = log.Append(RecordKind.Keys, term, 0, SessionStamp.None, payload);
                _data.AsSpan((int)(appended & 1023), payload).CopyTo(target);
                log.Commit(out _);
            }

            log.RequestFlush();
        }

        WaitAbove(appended - 1);
        return appended - first;
    }

    public void WaitAbove(long lsn)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Through <= lsn)
        {
            if (Volatile.Read(ref _failure) is { } failure)
                throw new InvalidOperationException("the log failed", failure);
            if (Stopwatch.GetTimestamp() - begun < SpinTicks)
            {
                Thread.Yield(); // gives the core to whoever wants it
                continue;
            }

            lock (_gate)
            {
                Volatile.Write(ref _sleeping, true);
                Interlocked.MemoryBarrier();
                if (Through <= lsn && _failure is null && !Monitor.Wait(_gate, TimeSpan.FromSeconds(60)))
                    throw new TimeoutException($"LSN {lsn} was not flushed within a minute");
                Volatile.Write(ref _sleeping, false);
            }
        }
    }

    /// <summary>Closes a log and waits.</summary>
    public static void Close(Action<Action<Exception?>> close)
    {
        using var closed = new ManualResetEventSlim();
        Exception? failure = null;
        close(error =>
        {
            failure = error;
            closed.Set();
        });
        if (!closed.Wait(TimeSpan.FromSeconds(60)))
            throw new TimeoutException("the log was not closed within a minute");
        if (failure is not null)
            throw failure;
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
