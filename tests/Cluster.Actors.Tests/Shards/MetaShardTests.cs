using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class MetaShardTests : ShardTestKit
{
    [Fact]
    public async Task A_committed_proposal_reaches_every_node_and_a_competing_one_is_refused()
    {
        using var shards = new TestShards(Sys, nodes: 3, shard: ShardId.Meta, settings: s => s with { ElectionTimeout = TimeSpan.FromSeconds(1) });
        shards.StartAll();
        var probes = shards.Nodes.Select(n =>
        {
            var probe = CreateTestProbe();
            n.Actor!.Tell(new SubscribeTopology(probe.Ref), probe.Ref);
            return probe;
        }).ToArray();
        var leader = await ConfirmedLeader(shards);
        leader.Actor!.Tell(new ProposeTopology(Lsn.None, "one"u8.ToArray(), "first"), TestActor);
        leader.Actor!.Tell(new ProposeTopology(Lsn.None, "two"u8.ToArray(), "second"), TestActor);
        var answers = new[] { ExpectMsg<TopologyProposed>(Patience), ExpectMsg<TopologyProposed>(Patience) };
        var committed = answers.Single(a => a.Tag.Equals("first"));
        Assert.Equal(TopologyProposal.Committed, committed.Outcome);
        Assert.Equal(TopologyProposal.Superseded, answers.Single(a => a.Tag.Equals("second")).Outcome);
        foreach (var probe in probes)
        {
            var told = probe.ExpectMsg<TopologyRecordCommitted>(Patience);
            Assert.Equal(committed.Lsn, told.Lsn);
            Assert.Equal("one"u8.ToArray(), told.Payload.ToArray());
        }

        var follower = shards.Nodes.First(n => n != leader);
        follower.Actor!.Tell(new ProposeTopology(committed.Lsn, "three"u8.ToArray(), "third"), TestActor);
        Assert.Equal(TopologyProposal.NotLeader, ExpectMsg<TopologyProposed>(Patience).Outcome);
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_does_not_confirm_itself()
    {
        using var shards = new TestShards(Sys, nodes: 3, shard: ShardId.Meta, settings: s => s with { ElectionTimeout = TimeSpan.FromSeconds(1) });
        shards.StartAll();
        var leader = await ConfirmedLeader(shards);
        shards.Nodes.First(n => n != leader).Actor!.Tell(new ConfirmMetaLeadership(2), TestActor);
        Assert.False(ExpectMsg<MetaLeadership>(Patience).Confirmed);

        shards.Network.Isolate(leader.Id);
        leader.Actor!.Tell(new ProposeTopology(Lsn.None, "lost"u8.ToArray(), 3), TestActor);
        leader.Actor!.Tell(new ConfirmMetaLeadership(4), TestActor);
        var answers = new[] { ExpectMsg<object>(Patience), ExpectMsg<object>(Patience) };
        Assert.Equal(TopologyProposal.Unknown, answers.OfType<TopologyProposed>().Single().Outcome);
        Assert.False(answers.OfType<MetaLeadership>().Single().Confirmed);
    }

    /// <summary>A first leader may be deposed again on a machine that is busy: the one that proves itself is taken.</summary>
    private async Task<TestShardNode> ConfirmedLeader(TestShards shards)
    {
        while (true)
        {
            await Until(() => shards.Leader is not null);
            if (shards.Leader is not { } leader) continue;
            leader.Actor!.Tell(new ConfirmMetaLeadership(1), TestActor);
            if (ExpectMsg<MetaLeadership>(Patience).Confirmed) return leader;
        }
    }
}
