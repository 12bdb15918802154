using System.Diagnostics;
using Cluster.Storage;

namespace Cluster.Bench.Storage.Data;

/// <summary>A shard's owner that overwrites keys chosen at random, as fast as the log takes them with 256 in flight, or at a rate.</summary>
internal sealed class Overwriter(OpenStore open, int keys)
{
    private const int InFlight = 256;

    private readonly Random _random = new(11);
    private readonly byte[] _value = new byte[KeyData.ValueBytes];

    /// <summary>Told of each append and, by the pump, of each flush.</summary>
    public Latencies? Latencies { get; init; }

    /// <summary>As fast as it goes; the number written.</summary>
    public long Run(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        long written = 0;
        while (watch.Elapsed < time)
        {
            var room = InFlight - (open.Store.LastLsn - open.Store.FlushedLsn);
            if (room <= 0)
            {
                open.Pump.WaitAbove(open.Store.LastLsn.Value - InFlight);
                open.Store.AdvanceCommit(open.Store.FlushedLsn);
                continue;
            }

            for (; room > 0; room--, written++)
                Put();
            open.Store.RequestFlush();
            open.Store.AdvanceCommit(open.Store.FlushedLsn);
        }

        return written;
    }

    /// <summary>At that rate, whatever the log does meanwhile: a stall shows in the latency of what came during it.</summary>
    public long RunAt(double perSecond, TimeSpan time, Action<TimeSpan> everySecond)
    {
        var watch = Stopwatch.StartNew();
        var next = TimeSpan.FromSeconds(1);
        long written = 0;
        while (watch.Elapsed < time)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * perSecond);
            for (; written < due; written++)
            {
                Put();
                if (written % InFlight == 0)
                    open.Store.RequestFlush();
            }

            open.Store.RequestFlush();
            open.Store.AdvanceCommit(open.Store.FlushedLsn);
            if (watch.Elapsed >= next)
            {
                next += TimeSpan.FromSeconds(1);
                everySecond(watch.Elapsed);
            }

            Thread.Sleep(1);
        }

        return written;
    }

    private void Put()
    {
        Span<byte> key = stackalloc byte[KeyData.KeyBytes];
        var number = _random.Next(keys);
        KeyData.WriteKey(key, number);
        BitConverter.TryWriteBytes(_value, number);
        Latencies?.Append(open.Store.LastLsn.Value + 1);
        Fill.Put(open, key, _value, expiresAt: 0);
    }
}
