using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>How old READONLY reads may be.</summary>
public sealed class StalenessTests : ShardTestKit
{
    [Fact]
    public async Task A_replica_cut_off_from_its_leader_refuses_reads_with_a_bound_and_names_leader_and_lag()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "key", "before");
        var leader = await LeaderOf(shards);
        var follower = shards.Nodes.First(node => node != leader);
        var reader = follower.Client();
        reader.ReadOnly = true;
        reader.MaxStaleness = TimeSpan.FromSeconds(10);
        await UntilHolds(async () => Assert.Equal("before", await reader.Get(0, "key")));

        shards.Network.Isolate(follower.Id);
        reader.MaxStaleness = TimeSpan.FromMilliseconds(300);
        await UntilHolds(
            async () =>
            {
                string refused = await reader.Get(0, "key");
                Assert.StartsWith("TRYAGAIN shard 0 on this node is up to ", refused, StringComparison.Ordinal);
                Assert.Contains($"its leader {shards.Nodes.First(node => node != follower && refused.Contains(node.Id.ToString("N"), StringComparison.Ordinal)).Id:N}", refused, StringComparison.Ordinal);
                Assert.Contains("300 ms are allowed", refused, StringComparison.Ordinal);
            });
        reader.MaxStaleness = TimeSpan.Zero;
        Assert.Equal("before", await reader.Get(0, "key"));

        await shards.Nodes.First(node => node != follower).Client().SetUntilAcknowledged(0, "key", "after");
        shards.Network.Reconnect(follower.Id);
        reader.MaxStaleness = TimeSpan.FromMilliseconds(300);
        // Within the bound of now is behind the write, which was acknowledged longer ago once it is answered at all.
        await UntilHolds(async () => Assert.Equal("after", await reader.Get(0, "key")));
        Assert.Matches(@"^shard=0 behind-ms=\d+ applied=\d+ leader=([0-9a-f]{40}|none) copy-needed=0$", await reader.One(0, batch => batch.Add(CommandKind.Staleness)));
    }

    [Fact]
    public async Task A_parked_replica_answers_reads_with_a_bound()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { ParkAfter = TimeSpan.FromMilliseconds(100) }, parking: true);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "key", "value");
        await Until(() => shards.Nodes.All(node => node.Cell.Parked));
        foreach (var node in shards.Nodes)
        {
            var reader = node.Client();
            reader.ReadOnly = true;
            reader.MaxStaleness = TimeSpan.FromSeconds(5);
            await UntilHolds(async () => Assert.Equal("value", await reader.Get(0, "key")));
        }
    }
}
