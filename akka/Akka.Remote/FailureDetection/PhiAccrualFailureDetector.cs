using System;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// Grows more suspicious (phi) the longer a heartbeat is overdue, measured by how regularly they have come so far. Phi of n means:
/// the chance that the source still lives is 10^-n.
/// </summary>
public class PhiAccrualFailureDetector : FailureDetector
{
    private readonly object _gate = new();
    private readonly Clock _clock;
    private readonly double _threshold;
    private readonly double _minStdDeviationMs;
    private readonly double _pauseMs;
    private readonly double _firstEstimateMs;
    private readonly EventStream _eventStream;
    private HeartbeatHistory _history;
    private long? _lastMs;

    /// <summary>With the given values, those of a section, or those of a derived class.</summary>
    public PhiAccrualFailureDetector(
        double threshold,
        int maxSampleSize,
        TimeSpan minStdDeviation,
        TimeSpan acceptableHeartbeatPause,
        TimeSpan firstHeartbeatEstimate,
        Clock clock = null)
        : this(clock)
    {
        if (!(threshold > 0)) throw new ArgumentOutOfRangeException(nameof(threshold), "failure-detector.threshold must be > 0");
        if (minStdDeviation <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(minStdDeviation), "failure-detector.min-std-deviation must be > 0");
        if (acceptableHeartbeatPause < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(acceptableHeartbeatPause), "failure-detector.acceptable-heartbeat-pause must be >= 0");
        if (firstHeartbeatEstimate <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(firstHeartbeatEstimate), "failure-detector.heartbeat-interval must be > 0");
        _threshold = threshold;
        _minStdDeviationMs = minStdDeviation.TotalMilliseconds;
        _pauseMs = acceptableHeartbeatPause.TotalMilliseconds;
        _firstEstimateMs = firstHeartbeatEstimate.TotalMilliseconds;
        _history = new HeartbeatHistory(maxSampleSize);
    }

    /// <summary>With the given values, those of a section, or those of a derived class.</summary>
    public PhiAccrualFailureDetector(Config config, EventStream ev)
        : this(
            config.GetDouble("threshold"),
            config.GetInt("max-sample-size"),
            config.GetTimeSpan("min-std-deviation"),
            config.GetTimeSpan("acceptable-heartbeat-pause"),
            config.GetTimeSpan("heartbeat-interval"))
    {
        _eventStream = ev;
    }

    /// <summary>With the given values, those of a section, or those of a derived class.</summary>
    protected PhiAccrualFailureDetector(Clock clock)
    {
        _clock = clock ?? DefaultClock;
    }

    /// <summary>Whose heartbeats these are; for the log.</summary>
    public string Address { get; set; } = "N/A";

    /// <inheritdoc />
    public override bool IsAvailable
    {
        get
        {
            lock (_gate) return PhiAt(_clock()) < _threshold;
        }
    }

    /// <inheritdoc />
    public override bool IsMonitoring
    {
        get
        {
            lock (_gate) return _lastMs.HasValue;
        }
    }

    internal double CurrentPhi
    {
        get
        {
            lock (_gate) return PhiAt(_clock());
        }
    }

    /// <inheritdoc />
    public override void HeartBeat()
    {
        long warnOfMs = 0;
        lock (_gate)
        {
            long now = _clock();
            if (_lastMs is not { } last)
            {
                // Seeded with a wide spread round the estimate, so that the first irregular arrival raises no alarm.
                _history.Add(_firstEstimateMs - (_firstEstimateMs / 4));
                _history.Add(_firstEstimateMs + (_firstEstimateMs / 4));
            }
            else if (PhiAt(now) < _threshold)
            {
                // The interval that ends an outage is none of the source's habits.
                long interval = now - last;
                _history.Add(interval);
                if (_pauseMs > 0 && interval >= _pauseMs / 3 * 2) warnOfMs = interval;
            }

            _lastMs = now;
        }

        if (warnOfMs > 0 && _eventStream is not null)
        {
            _eventStream.Publish(new Warning(ToString(), GetType(),
                $"heartbeat interval is growing too large for address {Address}: {warnOfMs} millis"));
        }
    }

    /// <summary>The logistic approximation of the normal distribution's tail.</summary>
    internal static double Phi(long elapsedMs, double meanMs, double standardDeviationMs)
    {
        double y = (elapsedMs - meanMs) / standardDeviationMs;
        double e = Math.Exp(-y * (1.5976 + (0.070566 * y * y)));
        return elapsedMs > meanMs ? -Math.Log10(e / (1.0 + e)) : -Math.Log10(1.0 - (1.0 / (1.0 + e)));
    }

    private double PhiAt(long now) => _lastMs is { } last
        ? Phi(now - last, _history.Mean + _pauseMs, Math.Max(_history.StandardDeviation, _minStdDeviationMs))
        : 0.0;
}
