namespace Cluster.TestSupport.Storage;

/// <summary>Time that moves only when a test says so; wall clock and monotonic clock together.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private long _ticks;
    private long _leap;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    public override DateTimeOffset GetUtcNow() => start + Elapsed + TimeSpan.FromTicks(Volatile.Read(ref _leap));

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <summary>The wall clock is set; the monotonic one goes on as before.</summary>
    public void Leap(TimeSpan by) => Interlocked.Add(ref _leap, by.Ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
