using System.Globalization;

namespace Cluster.Bench.Storage.Data;

/// <summary>The longest of many waits, each with the time at which it ended; waits that end within a moment of each other are one. One writer.</summary>
internal sealed class TopGaps(int count, TimeSpan moment)
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan At, TimeSpan Length)> _gaps = [];

    public void Add(TimeSpan at, TimeSpan length)
    {
        lock (_gate)
        {
            if (_gaps.Count == count && length <= _gaps[^1].Length)
                return;
            var near = _gaps.FindIndex(gap => (gap.At - at).Duration() < moment);
            if (near >= 0 && _gaps[near].Length >= length)
                return;
            if (near >= 0)
                _gaps.RemoveAt(near);
            _gaps.Add((at, length));
            _gaps.Sort(static (left, right) => right.Length.CompareTo(left.Length));
            if (_gaps.Count > count)
                _gaps.RemoveAt(count);
        }
    }

    public TimeSpan Longest
    {
        get
        {
            lock (_gate)
                return _gaps.Count == 0 ? TimeSpan.Zero : _gaps[0].Length;
        }
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join(", ", _gaps.Select(static gap => string.Create(CultureInfo.InvariantCulture, $"{gap.Length.TotalMilliseconds:F0} ms at {gap.At.TotalSeconds:F1} s")));
    }
}
