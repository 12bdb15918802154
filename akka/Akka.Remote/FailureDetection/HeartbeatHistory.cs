using System;

namespace Akka.Remote;

/// <summary>The latest inter-arrival times (ms) in a ring, with their mean and deviation. Not thread-safe.</summary>
internal sealed class HeartbeatHistory
{
    private readonly double[] _samples;
    private int _next;
    private double _sum;
    private double _sumOfSquares;

    public HeartbeatHistory(int capacity)
    {
        if (capacity < 1) throw new ArgumentOutOfRangeException(nameof(capacity), "failure-detector.max-sample-size must be at least 1");
        _samples = new double[capacity];
    }

    public int Count { get; private set; }

    public double Mean => Count == 0 ? 0 : _sum / Count;

    public double StandardDeviation => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, (_sumOfSquares / Count) - (Mean * Mean)));

    public void Add(double intervalMs)
    {
        if (Count == _samples.Length)
        {
            double oldest = _samples[_next];
            _sum -= oldest;
            _sumOfSquares -= oldest * oldest;
        }
        else
        {
            Count++;
        }

        _samples[_next] = intervalMs;
        _next = (_next + 1) % _samples.Length;
        _sum += intervalMs;
        _sumOfSquares += intervalMs * intervalMs;
    }
}
