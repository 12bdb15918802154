namespace Cluster.Storage.Time;

/// <summary>
/// Hybrid logical clock in microseconds since 1970: follows the wall clock, never goes back, never gives a value twice, and stays
/// ahead of every remote value that it was shown. Any thread.
///
/// Invariant H1: once guarded, a wall clock that leaps ahead of the steady clock by more than the permitted skew moves nothing: the steady
/// clock carries on from where the wall clock was, until someone who has seen other clocks calls <see cref="Believe"/>. Values given out
/// meanwhile stand in logs for ever, so it is asked before, not after. Nothing of the guard survives a crash: a process begins with
/// the wall clock that it finds.
/// </summary>
public sealed class HybridClock(TimeProvider time, TimeSpan skewMax)
{
    /// <summary>The steady clock and the wall clock drift apart all the time; what they agree on is written this seldom.</summary>
    private const long DriftStepMicros = 1_000;

    private readonly long _skewMax = (long)skewMax.TotalMicroseconds;
    private readonly double _microsPerTick = 1e6 / time.TimestampFrequency;
    private long _last;

    /// <summary>Wall clock less steady clock, µs, as last believed. Of no meaning before the guard.</summary>
    private long _believed;
    private long _correction;
    private volatile bool _guarded;

    public HybridClock(TimeProvider time)
        : this(time, TimeSpan.FromMilliseconds(500))
    {
    }

    /// <summary>The newest value given or seen.</summary>
    public long Last => Volatile.Read(ref _last);

    public TimeSpan SkewMax => skewMax;

    /// <summary>The machine's wall clock as it is, µs since 1970.</summary>
    public long MachineWall => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>H1: the wall clock has leapt ahead and is not followed.</summary>
    public bool HoldsBack => _guarded && MachineWall - Steady - Volatile.Read(ref _believed) > _skewMax;

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
        if (remote - Wall() > _skewMax)
            return false;
        Raise(remote);
        return true;
    }

    /// <summary>Takes up a value that is already durable in a log and therefore binding, however far ahead it is.</summary>
    public void Restore(long recorded) => Raise(recorded);

    /// <summary>H1 holds from now on. Only where there is somebody to ask: without peers nothing would ever end it.</summary>
    public void Guard()
    {
        if (_guarded)
            return;
        Volatile.Write(ref _believed, MachineWall - Steady);
        _guarded = true;
    }

    /// <summary>The wall clock as it is now is right.</summary>
    public void Believe()
    {
        Volatile.Write(ref _correction, 0);
        Volatile.Write(ref _believed, MachineWall - Steady);
    }

    /// <summary>The wall clock is wrong: true time is this much later, µs (earlier if negative). Holds until <see cref="Believe"/>.</summary>
    public void Correct(long micros) => Volatile.Write(ref _correction, micros);

    private long Steady => (long)(time.GetTimestamp() * _microsPerTick);

    private void Raise(long value)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _last);
            if (value <= seen || Interlocked.CompareExchange(ref _last, value, seen) == seen)
                return;
        }
    }

    /// <summary>The wall clock, as far as it is believed.</summary>
    private long Wall()
    {
        var machine = MachineWall;
        if (!_guarded)
            return machine;
        var steady = Steady;
        var believed = Volatile.Read(ref _believed);
        var offset = machine - steady;
        if (offset - believed > _skewMax)
            return steady + believed;
        if (Math.Abs(offset - believed) > DriftStepMicros)
            Volatile.Write(ref _believed, offset);
        return machine + Volatile.Read(ref _correction);
    }
}
