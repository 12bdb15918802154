using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Checks;

namespace Cluster.Simulation.World;

/// <summary>One shard: who replicated it first, and who judges it.</summary>
public sealed class ShardGroup
{
    private readonly SimulatedWorld _world;

    public ShardGroup(SimulatedWorld world, int index, Configuration first)
    {
        _world = world;
        Index = index;
        Committed = first;
        FirstConfiguration = first;
        Checker = new ShardChecker(world, this);
        Expiries = new ExpiryChecker(world, index);
    }

    public int Index { get; }

    /// <summary>The one that the shard was created with.</summary>
    public Configuration FirstConfiguration { get; }

    public ShardChecker Checker { get; }

    public ExpiryChecker Expiries { get; }

    /// <summary>The newest that any replica knows to be committed.</summary>
    public Configuration Committed { get; private set; }

    public void ConfigurationCommitted(Configuration configuration)
    {
        if (configuration.Lsn <= Committed.Lsn)
            return;
        Committed = configuration;
        _world.Coverage.ConfigurationsCommitted++;
    }

    public static string Text(Configuration configuration) =>
        $"voters {string.Join(' ', configuration.Voters.Select(Text))} learners {string.Join(' ', configuration.Learners.Select(Text))}";

    private static string Text(Member member) => $"{SimulatedWorld.IndexOf(member.Node)}/{member.Incarnation}";
}
