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

    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, Clock clock = null)
        : this(acceptableHeartbeatPause, TimeSpan.Zero, clock)
    {
    }

    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock clock = null)
    {
        if (acceptableHeartbeatPause <= TimeSpan.Zero)
            throw new ArgumentException("failure-detector.acceptable-heartbeat-pause must be greater than zero", nameof(acceptableHeartbeatPause));
        if (heartbeatInterval < TimeSpan.Zero)
            throw new ArgumentException("failure-detector.heartbeat-interval must not be negative", nameof(heartbeatInterval));
        _clock = clock ?? DefaultClock;
        _deadlineMs = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
    }

    public DeadlineFailureDetector(Config config, EventStream eventStream)
        : this(config.GetTimeSpan("acceptable-heartbeat-pause"), config.GetTimeSpan("heartbeat-interval"))
    {
    }

    public override bool IsAvailable
    {
        get
        {
            long last = Volatile.Read(ref _lastMs);
            return last == Never || _clock() - last < _deadlineMs;
        }
    }

    public override bool IsMonitoring => Volatile.Read(ref _lastMs) != Never;

    public override void HeartBeat() => Volatile.Write(ref _lastMs, _clock());
}
