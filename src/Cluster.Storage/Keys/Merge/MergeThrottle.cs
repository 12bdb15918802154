namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// How much a merge may read now. Time gives bytes, up to a bound, so that no round of the lane takes long; garbage above the ratio gives more of
/// them. One thread.
/// </summary>
internal sealed class MergeThrottle(TimeProvider time, MergeOptions options)
{
    /// <summary>Most that one round reads: a few milliseconds.</summary>
    public const int PieceBytesMax = 1 << 20;

    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private const int PieceBytesMin = 64 << 10;

    /// <summary>The rate grows by the base rate with every hundredth of garbage above the ratio, from here on it is without bound.</summary>
    private const double StepsMax = 10;

    private long _last = time.GetTimestamp();
    private double _allowed;

    /// <summary>Bytes to read now, 0: wait.</summary>
    public long Take(double pressure)
    {
        var now = time.GetTimestamp();
        var steps = Math.Max(0, (pressure - options.Ratio) * 100);
        var elapsed = Math.Min(time.GetElapsedTime(_last, now).TotalSeconds, 1);
        _last = now;
        if (steps > StepsMax)
            return PieceBytesMax;
        _allowed = Math.Min(PieceBytesMax, _allowed + (elapsed * options.BytesPerSecond * (1 + steps)));
        if (_allowed < Math.Min(PieceBytesMin, options.BytesPerSecond))
            return 0;
        var taken = (long)_allowed;
        _allowed = 0;
        return taken;
    }
}
