using Akka.Actor;
using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>A planned change of the leader.</summary>
public sealed class HandOverTests : ShardTestKit
{
    /// <summary>An election of its own, on a busy machine, may refuse what a hand-over must not: the test is then made again.</summary>
    private const int Attempts = 4;

    [Fact]
    public async Task A_leader_that_leaves_under_load_refuses_no_command_and_loses_no_write()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { ElectionTimeout = TimeSpan.FromSeconds(1) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            var leader = await LeaderOf(shards);
            long before = leader.Cell.Leadership.Term;
            int answered = 0;
            var replies = await Task.WhenAll(shards.Nodes.Select((node, n) => Load(node, n, attempt, () => Interlocked.Increment(ref answered))).Append(HandOver()));
            long after = shards.Nodes.Max(n => n.Cell.Leadership.Term);
            var wrong = replies.SelectMany(r => r).Where(r => r != "OK").ToArray();
            if (wrong.Length > 0 && after > before + 1 && attempt < Attempts) continue;
            Assert.Empty(wrong);
            Assert.NotEqual(before, after);
            var reader = leader.Client();
            for (int n = 0; n < 3; n++) Assert.Equal("299", await reader.GetUntilAnswered(0, $"{attempt}-{n}"));
            return;

            async Task<string[]> HandOver()
            {
                await Until(() => Volatile.Read(ref answered) > 90);
                await leader.Actor!.Ask<ShardHandedOver>(HandOverShard.Instance, Patience);
                return [];
            }
        }

        // Each write waits for the one before it, and the last of a node stays: were one lost or repeated late, another value would.
        static async Task<string[]> Load(TestShardNode node, int n, int attempt, Action noted)
        {
            var client = node.Client();
            // As every connection has one: a batch that crosses the news of the next leader is sent to that one.
            client.Session = new ConnectionSession();
            var replies = new List<string>();
            for (int i = 0; i < 300; i++)
            {
                replies.Add(await client.Set(0, $"{attempt}-{n}", $"{i}"));
                noted();
            }

            return [.. replies];
        }
    }

    [Fact]
    public async Task A_transfer_asked_at_any_node_makes_the_wanted_voter_lead()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        foreach (var target in shards.Nodes)
        {
            var asked = shards.Nodes.First(n => n != target).Client();
            await UntilHolds(
                async () =>
                {
                    Assert.Equal("OK", await asked.One(0, b => b.Add(CommandKind.Transfer, target.Id.ToByteArray(bigEndian: true))));
                    Assert.Equal(target.Id, target.Cell.Leadership.Leader);
                });
        }

        Assert.Equal("1", await shards.Nodes[1].Client().GetUntilAnswered(0, "first"));
    }

    [Fact]
    public async Task A_transfer_to_a_stranger_changes_nothing()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "first", "1");
        Assert.Equal("ERR that node is no voter of the shard", await client.One(0, b => b.Add(CommandKind.Transfer, Guid.NewGuid().ToByteArray(bigEndian: true))));
        Assert.Equal("OK", await client.Set(0, "second", "2"));
    }

    [Fact]
    public async Task Who_has_nobody_to_hand_over_to_says_so_at_once_and_goes_on()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "first", "1");
        await shards.Nodes[0].Actor!.Ask<ShardHandedOver>(HandOverShard.Instance, Patience);
        Assert.Equal("OK", await client.Set(0, "second", "2"));
    }
}
