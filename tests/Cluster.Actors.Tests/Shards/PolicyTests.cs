using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>When a write is answered, from the connection to the replicas: the sentences of docs/guarantees.md that need more than the core.</summary>
public sealed class PolicyTests : ShardTestKit
{
    [Fact]
    public async Task Every_policy_is_fulfilled_wherever_the_client_is()
    {
        using var shards = new TestShards(Sys, nodes: 3) { Regions = [0, 1, 1] };
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        WritePolicy[] policies = [WritePolicy.Local, WritePolicy.AckN(1), WritePolicy.AckN(2), WritePolicy.Quorum, WritePolicy.All, WritePolicy.Regions(2)];
        foreach (var node in shards.Nodes)
        {
            var client = node.Client();
            foreach (var policy in policies)
            {
                client.Policy = policy;
                await client.SetUntilAcknowledged(0, policy.ToString(), "1");
                Assert.Equal("1", await client.GetUntilAnswered(0, policy.ToString()));
            }
        }
    }

    [Fact]
    public async Task A_policy_that_the_configuration_cannot_fulfil_is_refused_before_anything_is_appended()
    {
        using var shards = new TestShards(Sys, nodes: 3) { Regions = [0, 1, 1] };
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        (WritePolicy Policy, string Error)[] cases =
        [
            (WritePolicy.AckN(3), "NOREPLICAS ack-n 3 needs 3 voters beside the leader, there are 2"),
            (WritePolicy.Regions(3), "NOREPLICAS regions 3 needs voters in 3 regions, there are 2"),
        ];
        foreach (var node in shards.Nodes)
        {
            var client = node.Client();
            foreach (var (policy, error) in cases)
            {
                client.Policy = policy;
                await UntilHolds(
                    async () => Assert.Equal(
                        [error, "1"],
                        await client.Submit(0, b =>
                        {
                            b.Add(CommandKind.Set, "never"u8, "1"u8);
                            b.Add(CommandKind.Get, "first"u8);
                        })));
            }
        }

        Assert.Equal("nil", await shards.Nodes[0].Client().GetUntilAnswered(0, "never"));
    }

    [Fact]
    public async Task A_write_whose_policy_is_not_fulfilled_in_time_is_unknown_with_its_place_and_stays()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(1) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        await Until(() => shards.Leader is not null);
        var leader = shards.Leader!;
        var silent = shards.Nodes.First(n => n != leader);
        shards.Network.Isolate(silent.Id);
        var client = leader.Client();
        await client.SetUntilAcknowledged(0, "quorum", "1");
        client.Policy = WritePolicy.All;
        await UntilHolds(
            async () => Assert.Matches("^UNKNOWN outcome unknown, shard=0 term=[1-9][0-9]* lsn=[1-9][0-9]*$", await client.Set(0, "all", "1")));
        Assert.Equal("1", await client.GetUntilAnswered(0, "all"));
        shards.Network.Reconnect(silent.Id);
        await client.SetUntilAcknowledged(0, "all", "2");
    }

    [Fact]
    public async Task A_voter_that_was_removed_counts_for_no_policy_and_can_be_added_again()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        await Until(() => shards.Leader is not null);
        var leader = shards.Leader!;
        var other = shards.Nodes.First(n => n != leader);
        var client = shards.Nodes.First(n => n != leader && n != other).Client();
        await Change(CommandKind.RemoveVoter);
        client.Policy = WritePolicy.AckN(2);
        await UntilHolds(async () => Assert.Equal("NOREPLICAS ack-n 2 needs 2 voters beside the leader, there are 1", await client.Set(0, "a", "1")));
        await Change(CommandKind.AddVoter);
        await UntilHolds(async () => Assert.Equal("OK", await client.Set(0, "a", "2")));

        Task Change(CommandKind kind) => UntilHolds(
            async () => Assert.Equal("OK", await client.One(0, b => b.Add(kind, other.Id.ToByteArray(bigEndian: true)))));
    }

    [Fact]
    public async Task A_leader_with_a_lease_reads_what_was_written_through_any_node()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { Reads = ReadMode.Lease });
        shards.StartAll();
        for (int i = 0; i < 3; i++)
        {
            await shards.Nodes[i].Client().SetUntilAcknowledged(0, "k", $"{i}");
            foreach (var node in shards.Nodes) Assert.Equal($"{i}", await node.Client().GetUntilAnswered(0, "k"));
        }
    }

    [Theory]
    [InlineData("quorum", true)]
    [InlineData("ack-n 2", true)]
    [InlineData("regions 64", true)]
    [InlineData("all", true)]
    [InlineData("local", true)]
    [InlineData("ack-n 0", false)]
    [InlineData("ack-n", false)]
    [InlineData("ack-n -1", false)]
    [InlineData("regions 65", false)]
    [InlineData("default", false)]
    [InlineData("", false)]
    public void A_policy_is_written_as_it_is_read(string text, bool valid)
    {
        Assert.Equal(valid, WritePolicy.TryParse(text, out var policy));
        if (valid) Assert.Equal(text, policy.ToString());
    }
}
