using Cluster.Actors.Shards;
using Cluster.Storage.State;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class DivergenceTests : ShardTestKit
{
    [Fact]
    public async Task A_replica_whose_log_differs_from_its_leaders_goes_on_also_after_a_restart()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "a", "1");
        // Whoever leads, the last node is told of other bytes than its own: it must find that out as a follower, or stay one for the test to mean something.
        TestShardNode? strange = null;
        await Until(() => shards.Leader is { } leader && (strange = shards.Nodes.First(n => n != leader)) is not null);
        shards.Network.Tamper = (to, answer) => to == strange!.Id && !answer.DigestLsn.IsNone ? answer with { Digest = ~answer.Digest } : answer;
        // If it was elected meanwhile it pulls from nobody: others are written through until it follows.
        await UntilHolds(
            async () =>
            {
                await client.Set(0, "b", "2");
                Assert.True(strange!.Cell.IsDiverged);
            });
        Assert.Equal((1L, ShardState.Fenced), (strange!.Cell.Counters.Divergences, strange.Cell.State));
        shards.Network.Tamper = null;

        // The others go on without it, and it takes no part.
        var others = shards.Nodes.Where(n => n != strange).ToArray();
        foreach (var node in others) await node.Client().SetUntilAcknowledged(0, "c", "3");
        await Until(() => strange.HasFile(DivergenceMark.FileName));

        await strange.Kill();
        strange.Start();
        await Until(() => strange.Cell.State == ShardState.Fenced);
        Assert.True(strange.Cell.IsDiverged);
        foreach (var node in others) await node.Client().SetUntilAcknowledged(0, "d", "4");
        Assert.NotEqual(strange.Id, others[0].Cell.Leadership.Leader);
        var reader = strange.Client();
        reader.ReadOnly = true;
        Assert.StartsWith("MISCONF", await reader.Get(0, "a"));
    }
}
