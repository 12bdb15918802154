using System.Diagnostics;
using System.Numerics;

namespace Cluster.Bench.Storage.Data;

/// <summary>
/// Times from append to durable, record by record. The owner notes the append, the writer's thread the flush. Sixteen steps per power of two: within
/// 6 %. One writer on each side.
/// </summary>
internal sealed class Latencies
{
    private const int RingSize = 1 << 21;

    private readonly long[] _appended = new long[RingSize];
    private readonly long[] _counts = new long[64 * 16];
    private readonly TopGaps _worst = new(10, TimeSpan.FromMilliseconds(20));
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _count;
    private long _last = -1;

    public TopGaps Worst => _worst;

    public TimeSpan Longest { get; private set; }

    public void Append(long lsn)
    {
        _appended[lsn & (RingSize - 1)] = Stopwatch.GetTimestamp();
        if (_last < 0)
            Volatile.Write(ref _last, lsn - 1);
    }

    public void Flushed(long through)
    {
        var last = Volatile.Read(ref _last);
        if (last < 0)
            return;
        var now = Stopwatch.GetTimestamp();
        if (through > last)
        {
            // The first of a round waited longest.
            var longest = Stopwatch.GetElapsedTime(_appended[(last + 1) & (RingSize - 1)], now);
            Longest = longest > Longest ? longest : Longest;
            _worst.Add(Stopwatch.GetElapsedTime(_begun, now), longest);
        }

        for (var lsn = last + 1; lsn <= through; lsn++)
        {
            _counts[Bucket((ulong)(now - _appended[lsn & (RingSize - 1)]))]++;
            _count++;
        }

        Volatile.Write(ref _last, Math.Max(last, through));
    }

    public double PercentileMs(double share)
    {
        var wanted = (long)Math.Ceiling(_count * share);
        for (var i = 0; i < _counts.Length; i++)
        {
            wanted -= _counts[i];
            if (wanted <= 0)
                return Top(i) * 1000.0 / Stopwatch.Frequency;
        }

        return 0;
    }

    private static int Bucket(ulong ticks)
    {
        var power = BitOperations.Log2(ticks | 16);
        return (power * 16) + (int)((ticks >> (power - 4)) & 15);
    }

    private static double Top(int bucket) => Math.ScaleB(16 + (bucket % 16) + 1, (bucket / 16) - 4);
}
