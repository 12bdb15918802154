using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;
using Xunit;

namespace Cluster.Simulation.CoreTests;

/// <summary>What the simulation forgives a hybrid clock that is ahead, and what it does not.</summary>
public sealed class ClockCheckerTests
{
    private const long Minute = 60_000_000;

    [Fact]
    public void Two_peers_with_the_same_wrong_time_may_carry_a_right_clock_with_them()
    {
        using SimulatedWorld world = NewWorld(PlantedBug.None);
        Hear(world, from: 0, ahead: Minute);
        Assert.False(IsAhead(world));
        Hear(world, from: 2, ahead: Minute + 50_000);
        Assert.True(IsAhead(world));
    }

    [Fact]
    public void The_first_of_them_may_have_come_right_and_not_been_heard_since()
    {
        using SimulatedWorld world = NewWorld(PlantedBug.None);
        Hear(world, from: 0, ahead: Minute);
        world.Nodes[0].Clock.JumpTo(0);
        Hear(world, from: 2, ahead: Minute + 50_000);
        Assert.True(IsAhead(world));
    }

    [Fact]
    public void Two_wrong_peers_that_differ_carry_nobody()
    {
        using SimulatedWorld world = NewWorld(PlantedBug.None);
        Hear(world, from: 0, ahead: Minute);
        Hear(world, from: 2, ahead: 2 * Minute);
        Assert.False(IsAhead(world));
    }

    [Fact]
    public void A_clock_that_follows_one_peer_alone_is_found()
    {
        using SimulatedWorld world = NewWorld(PlantedBug.ClockFollowsOnePeer);
        Assert.Throws<SimulationFailedException>(() => Hear(world, from: 0, ahead: Minute));
    }

    [Fact]
    public void A_clock_that_follows_the_further_of_two_peers_that_differ_is_found()
    {
        using SimulatedWorld world = NewWorld(PlantedBug.ClockFollowsOnePeer);
        world.Nodes[2].Clock.JumpTo(Minute);
        Assert.Throws<SimulationFailedException>(() => Hear(world, from: 0, ahead: 2 * Minute));
    }

    private static SimulatedWorld NewWorld(PlantedBug planted) => new(new SimulationOptions { Seed = 1, Replicas = 3, Spares = 0, Shards = 1, Planted = planted });

    /// <summary>Node 1, whose clock is right, hears a peer whose clock has jumped.</summary>
    private static void Hear(SimulatedWorld world, int from, long ahead)
    {
        NodeClock clock = world.Nodes[from].Clock;
        clock.JumpTo(ahead);
        world.Nodes[1].HeardClocks(from, clock.Wall, clock.Wall);
    }

    private static bool IsAhead(SimulatedWorld world) => world.Nodes[1].Hybrid.Last - world.Nodes[1].Clock.Wall > SimulatedNode.SkewMaxMicros;
}
