namespace Cluster.Storage.Time;

/// <summary>
/// Hybrid logical clock in microseconds since 1970: follows the wall clock, never goes back, never gives a value twice, and stays
/// ahead of every remote value that it was shown. Any thread.
/// </summary>
public sealed class HybridClock(TimeProvider time, TimeSpan skewMax)
{
    private long _last;

    public HybridClock(TimeProvider time)
        : this(time, TimeSpan.FromMilliseconds(500))
    {
    }

    /// <summary>The newest value given or seen.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>A value above all before it.</summary>
    public long Next()
    {
        var wall = Wall();
        while (true)
        {
            var seen = Volatile.Read(ref _last);
            var next = wall > seen ? wall : seen + 1;
            if (Interlocked.CompareExchange(ref _last, next, seen) == seen)
                return next;
        }
    }

    /// <summary>
    /// Takes up a peer's value. False, and nothing changes, if it is further ahead of the own wall clock than the permitted skew:
    /// one node with a wrong clock must not carry the others off.
    /// </summary>
    public bool Observe(long remote)
    {
        if (remote - Wall() > (long)skewMax.TotalMicroseconds)
            return false;
        Raise(remote);
        return true;
    }

    /// <summary>Takes up a value that is already durable in a log and therefore binding, however far ahead it is.</summary>
    public void Restore(long recorded) => Raise(recorded);

    private void Raise(long value)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _last);
            if (value <= seen || Interlocked.CompareExchange(ref _last, value, seen) == seen)
                return;
        }
    }

    private long Wall() => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
