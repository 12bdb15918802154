using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Model;

/// <summary>What the lives of one run met. A kind of event that no life meets is not tested by them.</summary>
internal sealed class LifeReport
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public CrashReport Losses { get; } = new();

    public HashSet<string> Points { get; } = [];

    public void Count(string what, long count = 1) => _counts[what] = _counts.GetValueOrDefault(what) + count;

    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Add(LifeReport other)
    {
        foreach (var (what, count) in other._counts)
            Count(what, count);
        foreach (var (what, count) in other.Losses.Figures)
            Count("after a loss of power: " + what, count);
        Points.UnionWith(other.Points);
    }

    public IEnumerable<string> Lines => _counts.Select(static entry => FormattableString.Invariant($"{entry.Value,12:N0}  {entry.Key}"));

    public IEnumerable<string> Missing(IEnumerable<string> expected) => expected.Where(what => _counts.GetValueOrDefault(what) == 0);
}
