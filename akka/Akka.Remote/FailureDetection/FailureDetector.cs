using System.Diagnostics;

namespace Akka.Remote;

/// <summary>Milliseconds on a clock that never goes back.</summary>
public delegate long Clock();

/// <summary>Judges from the arrival of heartbeats whether their source lives. Any thread may call.</summary>
public abstract class FailureDetector
{
    /// <summary>Milliseconds that never go back.</summary>
    public static readonly Clock DefaultClock = static () => Stopwatch.GetTimestamp() / TicksPerMillisecond;

    private static readonly long TicksPerMillisecond = Stopwatch.Frequency / 1000;

    /// <summary>Not taken for dead.</summary>
    public abstract bool IsAvailable { get; }

    /// <summary>True once a first heartbeat has come.</summary>
    public abstract bool IsMonitoring { get; }

    /// <summary>A sign of life has come.</summary>
    public abstract void HeartBeat();
}
