using Akka.Actor;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class ParkedShardTests : ShardTestKit
{
    [Fact]
    public async Task An_idle_shard_sends_nothing_of_its_own_however_long()
    {
        using var shards = Idle(out var parking);
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        // A busy machine may delay heartbeats; then replicas go on by themselves for a while. It is enough that they rest at some time.
        await UntilHolds(
            async () =>
            {
                await AllParked(shards);
                long sent = shards.Network.Sent, rounds = parking.Rounds;
                await Until(() => parking.Rounds >= rounds + 10);
                Assert.Equal(0, shards.Network.Sent - sent);
            });
    }

    [Fact]
    public async Task A_parked_shard_takes_writes_and_serves_reads_at_once_through_any_node()
    {
        using var shards = Idle(out _);
        for (int i = 0; i < 3; i++)
        {
            await shards.Nodes[i].Client().SetUntilAcknowledged(0, "a", $"{i}");
            await AllParked(shards);
            Assert.Equal($"{i}", await shards.Nodes[(i + 1) % 3].Client().GetUntilAnswered(0, "a"));
            await AllParked(shards);
        }
    }

    [Fact]
    public async Task A_parked_shard_whose_leader_falls_silent_gets_another()
    {
        using var shards = Idle(out _);
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        await AllParked(shards);
        var leader = await LeaderOf(shards);
        shards.Network.Isolate(leader.Id);
        await UntilHolds(() => Assert.Contains(shards.Nodes, n => n != leader && n.Cell.State == ShardState.Leading));
        var other = shards.Nodes.First(n => n != leader);
        await other.Client().SetUntilAcknowledged(0, "a", "2");

        // It held the shard parked while the others went on: it must notice, and not answer from what it knows.
        await UntilHolds(() => Assert.NotEqual(ShardState.Leading, leader.Cell.State));
        shards.Network.Reconnect(leader.Id);
        Assert.Equal("2", await leader.Client().GetUntilAnswered(0, "a"));
        await AllParked(shards);
    }

    /// <summary>It ends that the shard is vouched for, so it has to end that the replica rests as well: nobody else would wake it when its leader dies.</summary>
    [Fact]
    public async Task A_late_word_of_a_former_leader_leaves_a_parked_shard_asleep_for_good()
    {
        using var shards = Idle(out _);
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        await AllParked(shards);
        var leader = await LeaderOf(shards);
        shards.Network.Isolate(leader.Id);
        var late = new ShardInbound(leader.Id, new LeaderNoticeMessage(new LeaderNotice { Term = Term.None, SentAt = 1 }));
        foreach (var node in shards.Nodes.Where(n => n != leader)) node.Actor!.Tell(late, ActorRefs.NoSender);
        await UntilHolds(() => Assert.Contains(shards.Nodes, n => n != leader && n.Cell.State == ShardState.Leading));
    }

    [Fact]
    public async Task A_parked_shard_with_a_follower_that_is_killed_goes_on_and_parks_again_when_it_is_back()
    {
        using var shards = Idle(out _);
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        await AllParked(shards);
        var leader = await LeaderOf(shards);
        var follower = shards.Nodes.First(n => n != leader);
        await follower.Kill();
        await leader.Client().SetUntilAcknowledged(0, "a", "2");
        follower.Start();
        await AllParked(shards);
        Assert.Equal("2", await follower.Client().GetUntilAnswered(0, "a"));
    }

    private TestShards Idle(out MemoryParking parking)
    {
        var shards = new TestShards(Sys, nodes: 3, settings: s => s with { ParkAfter = TimeSpan.FromMilliseconds(100) }, parking: true);
        parking = shards.Parking!;
        shards.StartAll();
        return shards;
    }

    private Task AllParked(TestShards shards) => UntilHolds(() => Assert.All(shards.Nodes, node => Assert.True(node.Cell.Parked)));
}
