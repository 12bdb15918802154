using System;
using System.Collections.Concurrent;

namespace Akka.Remote;

public interface IFailureDetectorRegistry<T>
{
    /// <summary>True when nothing is known of the resource.</summary>
    bool IsAvailable(T resource);

    bool IsMonitoring(T resource);

    void Heartbeat(T resource);

    void Remove(T resource);

    void Reset();
}

/// <summary>A failure detector per resource, made at its first heartbeat.</summary>
public class DefaultFailureDetectorRegistry<T> : IFailureDetectorRegistry<T>
{
    private readonly Func<FailureDetector> _factory;
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();

    public DefaultFailureDetectorRegistry(Func<FailureDetector> factory)
    {
        _factory = factory;
    }

    public bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out FailureDetector detector) || detector.IsAvailable;

    public bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out FailureDetector detector) && detector.IsMonitoring;

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

    public void Remove(T resource) => _detectors.TryRemove(resource, out _);

    public void Reset() => _detectors.Clear();

    internal FailureDetector GetFailureDetector(T resource) =>
        _detectors.TryGetValue(resource, out FailureDetector detector) ? detector : null;
}
