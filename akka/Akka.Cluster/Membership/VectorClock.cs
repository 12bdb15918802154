using System;
using System.Collections.Immutable;

namespace Akka.Cluster.Membership;

internal enum ClockOrder
{
    Same,
    Before,
    After,
    Concurrent,
}

/// <summary>Counts the changes that each node made to the gossip, so that two versions can be told: older, newer, or diverged.</summary>
internal sealed class VectorClock
{
    public static readonly VectorClock Empty = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    public VectorClock(ImmutableSortedDictionary<string, long> versions)
    {
        Versions = versions;
    }

    public ImmutableSortedDictionary<string, long> Versions { get; }

    public static string NameOf(UniqueAddress node) => $"{node.Address}-{node.Uid}";

    public VectorClock Increment(UniqueAddress node)
    {
        string name = NameOf(node);
        return new VectorClock(Versions.SetItem(name, Versions.GetValueOrDefault(name) + 1));
    }

    public VectorClock Merge(VectorClock other)
    {
        var merged = Versions.ToBuilder();
        foreach (var (node, version) in other.Versions)
            if (merged.GetValueOrDefault(node) < version) merged[node] = version;
        return new VectorClock(merged.ToImmutable());
    }

    public VectorClock Prune(UniqueAddress removed) => new(Versions.Remove(NameOf(removed)));

    public ClockOrder CompareTo(VectorClock other)
    {
        if (ReferenceEquals(this, other)) return ClockOrder.Same;
        bool less = false, more = false;
        foreach (var (node, version) in Versions)
        {
            long theirs = other.Versions.GetValueOrDefault(node);
            less |= version < theirs;
            more |= version > theirs;
        }

        foreach (var (node, version) in other.Versions)
            if (version > 0 && !Versions.ContainsKey(node)) less = true;
        return (less, more) switch
        {
            (false, false) => ClockOrder.Same,
            (true, false) => ClockOrder.Before,
            (false, true) => ClockOrder.After,
            _ => ClockOrder.Concurrent,
        };
    }
}
