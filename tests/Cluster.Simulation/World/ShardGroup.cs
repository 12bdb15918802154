using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Checks;

namespace Cluster.Simulation.World;

/// <summary>One shard: who replicated it first, and who judges it.</summary>
public sealed class ShardGroup
{
    public ShardGroup(SimulatedWorld world, int index, Configuration first)
    {
        Index = index;
        FirstConfiguration = first;
        Checker = new ShardChecker(world, this);
    }

    public int Index { get; }

    /// <summary>The one that the shard was created with.</summary>
    public Configuration FirstConfiguration { get; }

    public ShardChecker Checker { get; }
}
