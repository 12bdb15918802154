namespace Cluster.Actors.Shards;

/// <summary>Monotonic µs since an arbitrary start, the same for all clocks over one <see cref="TimeProvider"/>.</summary>
public readonly struct MonotonicClock(TimeProvider time)
{
    private readonly TimeProvider _time = time;
    private readonly double _microsPerTick = 1e6 / time.TimestampFrequency;

    public long Now => (long)(_time.GetTimestamp() * _microsPerTick);
}
