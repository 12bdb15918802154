using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class ThreeReplicaTests : ShardTestKit
{
    [Fact]
    public async Task Any_node_takes_writes_and_all_get_them()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        for (int i = 0; i < 3; i++) await shards.Nodes[i].Client().SetUntilAcknowledged(0, $"k{i}", $"{i}");
        foreach (var node in shards.Nodes)
        {
            var client = node.Client();
            for (int i = 0; i < 3; i++) Assert.Equal($"{i}", await client.GetUntilAnswered(0, $"k{i}"));
            client.ReadOnly = true;
            await UntilHolds(async () => Assert.Equal("3", await client.Count(0)));
        }
    }

    [Fact]
    public async Task Every_node_knows_how_all_replicas_are()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        foreach (var node in shards.Nodes)
        {
            await UntilHolds(
                () =>
                {
                    var leader = Assert.Single(shards.Nodes, n => n.Cell.State == ShardState.Leading);
                    Assert.Equal(leader.Id, node.Cell.Leadership.Leader);
                    Assert.Equal(3, node.Cell.Replicas.Count);
                    foreach (var replica in node.Cell.Replicas)
                    {
                        Assert.Equal(replica.Node == leader.Id ? (ShardRole.Leader, ShardState.Leading) : (ShardRole.Follower, ShardState.Replicating), (replica.Role, replica.State));
                        Assert.Equal((leader.Cell.CommitLsn, leader.Cell.DurableLsn), (replica.AppliedLsn, replica.DurableLsn));
                    }

                    return Task.CompletedTask;
                });
        }
    }

    [Fact]
    public async Task A_killed_leader_loses_nothing_acknowledged_and_catches_up()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var leader = await LeaderOf(shards);
        var others = shards.Nodes.Where(n => n != leader).ToArray();
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        var load = Task.WhenAll(others.Select((node, n) => Load(node, n)));
        await Until(() => acknowledged.Count > 200);
        await leader.Kill();
        await load;
        Assert.NotSame(leader, await LeaderOf(shards));
        var reader = others[0].Client();
        foreach (string key in acknowledged) Assert.Equal(key, await reader.GetUntilAnswered(0, key));

        leader.Start();
        long head = others.Max(n => n.Cell.CommitLsn);
        await Until(() => leader.Cell.CommitLsn >= head);
        var local = leader.Client();
        local.ReadOnly = true;
        foreach (string key in acknowledged) Assert.Equal(key, await local.GetUntilAnswered(0, key));

        async Task Load(TestShardNode node, int n)
        {
            var client = node.Client();
            for (int i = 0; i < 400; i++)
            {
                string key = $"{n}-{i}";
                await client.SetUntilAcknowledged(0, key, key);
                acknowledged.Add(key);
            }
        }
    }

    [Fact]
    public async Task Lost_and_repeated_messages_neither_lose_nor_reorder_writes()
    {
        using var shards = new TestShards(Sys, nodes: 3, seed: 7, settings: s => s with { WriteTimeout = TimeSpan.FromMilliseconds(600) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        shards.Network.Loss = 0.02;
        shards.Network.Duplication = 0.05;
        var leader = await LeaderOf(shards);
        var client = shards.Nodes.First(n => n != leader).Client();
        // One connection pipelines writes of one key. Definite refusals leave gaps, but what is acknowledged must be in order.
        int lastAcknowledged = 0;
        var until = DateTime.UtcNow + Patience;
        for (int burst = 0; lastAcknowledged == 0 && DateTime.UtcNow < until; burst++)
        {
            // An election of a busy machine may refuse a whole burst: that proves nothing either way.
            int first = (burst * 300) + 1;
            var replies = await Task.WhenAll(Enumerable.Range(first, 300).Select(i => client.Set(0, "counter", $"{i}")));
            int last = Array.LastIndexOf(replies, "OK");
            lastAcknowledged = last < 0 ? 0 : first + last;
        }

        shards.Network.Loss = 0;
        shards.Network.Duplication = 0;
        Assert.True(lastAcknowledged > 0, "nothing was acknowledged");
        await client.SetUntilAcknowledged(0, "barrier", "1");
        int value = int.Parse(await client.GetUntilAnswered(0, "counter"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(value >= lastAcknowledged, $"{lastAcknowledged} was acknowledged last, but {value} is stored");
    }

    [Fact]
    public async Task Without_a_majority_answers_are_of_the_right_kind_and_in_time()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromMilliseconds(600) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        var leader = await LeaderOf(shards);
        var dead = shards.Nodes.Where(n => n != leader).ToArray();
        // The write is on its way before the leader can notice: stopping the others takes longer than that on a busy machine.
        foreach (var node in dead) shards.Network.Isolate(node.Id);
        var client = leader.Client();
        var write = client.Set(0, "a", "2");
        await Task.WhenAll(dead.Select(n => n.Kill()));
        string reply = await write;
        Assert.StartsWith("UNKNOWN outcome unknown, shard=0 term=", reply);
        Assert.DoesNotContain("lsn=?", reply);
        await Until(() => leader.Cell.State != ShardState.Leading);
        Assert.StartsWith("CLUSTERDOWN", await client.Set(0, "a", "3"));
        Assert.StartsWith("CLUSTERDOWN", await client.Get(0, "a"));
        client.ReadOnly = true;
        Assert.Equal("1", await client.Get(0, "a"));
        client.ReadOnly = false;

        dead[0].Start();
        await client.SetUntilAcknowledged(0, "b", "1");
        Assert.Contains(await client.GetUntilAnswered(0, "a"), new[] { "1", "2" });
    }

    [Fact]
    public async Task An_isolated_leader_answers_no_read_and_no_failed_condition()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromMilliseconds(600) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        var leader = await LeaderOf(shards);
        shards.Network.Isolate(leader.Id);
        var client = leader.Client();
        var pending = client.Set(0, "b", "1");
        // It meets the pending "b": its answer would show a write that may never commit.
        var condition = client.Set(0, "b", "2", CommandFlags.IfAbsent);
        var read = client.Get(0, "a");
        Assert.StartsWith("UNKNOWN", await pending);
        Assert.Matches("^(CLUSTERDOWN|TRYAGAIN)", await condition);
        Assert.Matches("^(CLUSTERDOWN|TRYAGAIN)", await read);

        var survivor = shards.Nodes.First(n => n != leader).Client();
        await survivor.SetUntilAcknowledged(0, "a", "2");
        shards.Network.Reconnect(leader.Id);
        await UntilHolds(async () => Assert.Equal("2", await client.Get(0, "a")));
        Assert.Equal("nil", await client.GetUntilAnswered(0, "b"));
    }

    [Fact]
    public async Task A_value_larger_than_an_answer_reaches_the_replicas_in_parts()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { AnswerBytesMax = 16 << 10 });
        shards.StartAll();
        string value = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x8}"));
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "large", value);
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "small", "1");
        foreach (var node in shards.Nodes)
        {
            var client = node.Client();
            client.ReadOnly = true;
            await UntilHolds(async () => Assert.Equal("1", await client.Get(0, "small")));
            Assert.Equal(value, await client.GetUntilAnswered(0, "large"));
        }
    }

    [Fact]
    public async Task A_replica_that_was_away_longer_than_the_buffer_reaches_back_catches_up_from_disk()
    {
        using var shards = new TestShards(Sys, nodes: 3, bufferBytes: 64 << 10);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var leader = await LeaderOf(shards);
        var away = shards.Nodes.First(n => n != leader);
        await away.Kill();
        var client = leader.Client();
        string filler = new('f', 4 << 10);
        for (int i = 0; i < 100; i++) await client.SetUntilAcknowledged(0, $"k{i}", filler);
        away.Start();
        var local = away.Client();
        local.ReadOnly = true;
        await UntilHolds(async () => Assert.Equal("101", await local.Count(0)));
    }

    [Fact]
    public async Task A_leader_whose_disk_fails_gives_up_and_its_clients_go_on()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        var leader = await LeaderOf(shards);
        leader.Files.SyncsFail = true;
        var client = leader.Client();
        string reply = await client.Set(0, "a", "2");
        // The others may have made it durable before the leader's own disk failed.
        Assert.True(reply == "OK" || reply.StartsWith("UNKNOWN", StringComparison.Ordinal), reply);
        await client.SetUntilAcknowledged(0, "a", "3");
        Assert.Equal("3", await client.GetUntilAnswered(0, "a"));
        // The failure of its own disk reaches a leader later than the others' acknowledgements.
        await Until(() => leader.Cell.State == ShardState.Fenced);
        Assert.NotSame(leader, await LeaderOf(shards));
        client.ReadOnly = true;
        Assert.StartsWith("MISCONF", await client.Get(0, "a"));
    }

    [Fact]
    public async Task A_leader_that_stops_hands_over_at_once()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        var leader = await LeaderOf(shards);
        var client = shards.Nodes.First(n => n != leader).Client();
        await leader.StopActor();
        Assert.Equal(2, shards.Network.Resignations); // one to each of the others
        Assert.Equal("OK", await client.Set(0, "a", "2"));
    }

    [Fact]
    public async Task A_leader_whose_wall_clock_is_wrong_leads_on_and_its_clients_get_wrong_times()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "a", "1");
        // Who hears that its clock is wrong hands over, if another takes over in time: asked again until one did.
        TestShardNode? accused = null;
        await Until(() => (accused = shards.Leader) is not null);
        await UntilHolds(
            async () =>
            {
                foreach (var peer in shards.Nodes.Where(n => n != accused)) accused!.Clocks!.Heard(peer.Id, accused.Clocks.Hybrid.MachineWall + 10_000_000, 0);
                await client.SetUntilAcknowledged(0, "a", "2");
                Assert.True(accused!.Clocks!.IsWrong);
                Assert.Contains(shards.Nodes, n => n != accused && n.Cell.State == ShardState.Leading);
            });
        Assert.Equal("2", await client.GetUntilAnswered(0, "a"));
    }
}
