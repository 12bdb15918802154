using System;
using System.Collections.Concurrent;

namespace Akka.Remote;

/// <summary>A failure detector for each of many.</summary>
public interface IFailureDetectorRegistry<T>
{
    /// <summary>True when nothing is known of the resource.</summary>
    bool IsAvailable(T resource);

    /// <summary>It has had a heartbeat.</summary>
    bool IsMonitoring(T resource);

    /// <summary>A sign of life; the first one begins the monitoring.</summary>
    void Heartbeat(T resource);

    /// <summary>Forgets it.</summary>
    void Remove(T resource);

    /// <summary>Forgets all.</summary>
    void Reset();
}

/// <summary>A failure detector per resource, made at its first heartbeat.</summary>
public class DefaultFailureDetectorRegistry<T> : IFailureDetectorRegistry<T>
{
    private readonly Func<FailureDetector> _factory;
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();

    /// <summary>Makes the detectors by the function.</summary>
    public DefaultFailureDetectorRegistry(Func<FailureDetector> factory)
    {
        _factory = factory;
    }

    /// <inheritdoc />
    public bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out FailureDetector detector) || detector.IsAvailable;

    /// <inheritdoc />
    public bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out FailureDetector detector) && detector.IsMonitoring;

    /// <inheritdoc />
    public void Heartbeat(T resource)
    {
        if (!_detectors.TryGetValue(resource, out FailureDetector detector))
        {
            detector = _detectors.GetOrAdd(resource, static (key, factory) =>
            {
                FailureDetector made = factory();
                if (made is PhiAccrualFailureDetector phi) phi.Address = key.ToString();
                return made;
            }, _factory);
        }

        detector.HeartBeat();
    }

    /// <inheritdoc />
    public void Remove(T resource) => _detectors.TryRemove(resource, out _);

    /// <inheritdoc />
    public void Reset() => _detectors.Clear();

    internal FailureDetector GetFailureDetector(T resource) =>
        _detectors.TryGetValue(resource, out FailureDetector detector) ? detector : null;
}
