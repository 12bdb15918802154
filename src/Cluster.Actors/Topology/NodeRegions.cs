using System.Collections.Immutable;

namespace Cluster.Actors.Topology;

/// <summary>The regions of a topology as numbers, as the replication core wants them.</summary>
public static class NodeRegions
{
    /// <summary>The core tells no more regions apart; nodes of further ones count as in none.</summary>
    private const int RegionsMax = 64;

    /// <summary>Numbers from 0 in the order of the names; nodes that name no region are not listed.</summary>
    public static IReadOnlyDictionary<Guid, int> Of(ImmutableArray<NodeEntry> nodes)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
            if (node.Region.Length > 0) names.Add(node.Region);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in names)
            if (numbers.Count < RegionsMax) numbers.Add(name, numbers.Count);
        var regions = new Dictionary<Guid, int>();
        foreach (var node in nodes)
            if (numbers.TryGetValue(node.Region, out int number)) regions[node.Id] = number;
        return regions;
    }
}
