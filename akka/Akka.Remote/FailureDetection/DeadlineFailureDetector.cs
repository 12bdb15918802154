using System;
using System.Threading;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Available until a fixed time (pause and interval) has passed since the last heartbeat.</summary>
public class DeadlineFailureDetector : FailureDetector
{
    private const long Never = long.MinValue;

    private readonly Clock _clock;
    private readonly long _deadlineMs;
    private long _lastMs = Never;

    /// <summary>Pause and interval: as an argument each, or as acceptable-heartbeat-pause and heartbeat-interval of a section.</summary>
    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, Clock clock = null)
        : this(acceptableHeartbeatPause, TimeSpan.Zero, clock)
    {
    }

    /// <summary>Pause and interval: as an argument each, or as acceptable-heartbeat-pause and heartbeat-interval of a section.</summary>
    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock clock = null)
    {
        if (acceptableHeartbeatPause <= TimeSpan.Zero)
            throw new ArgumentException("failure-detector.acceptable-heartbeat-pause must be greater than zero", nameof(acceptableHeartbeatPause));
        if (heartbeatInterval < TimeSpan.Zero)
            throw new ArgumentException("failure-detector.heartbeat-interval must not be negative", nameof(heartbeatInterval));
        _clock = clock ?? DefaultClock;
        _deadlineMs = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
    }

    /// <summary>Pause and interval: as an argument each, or as acceptable-heartbeat-pause and heartbeat-interval of a section.</summary>
    public DeadlineFailureDetector(Config config, EventStream eventStream)
        : this(config.GetTimeSpan("acceptable-heartbeat-pause"), config.GetTimeSpan("heartbeat-interval"))
    {
    }

    /// <inheritdoc />
    public override bool IsAvailable
    {
        get
        {
            long last = Volatile.Read(ref _lastMs);
            return last == Never || _clock() - last < _deadlineMs;
        }
    }

    /// <inheritdoc />
    public override bool IsMonitoring => Volatile.Read(ref _lastMs) != Never;

    /// <inheritdoc />
    public override void HeartBeat() => Volatile.Write(ref _lastMs, _clock());
}
