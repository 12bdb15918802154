using System.Collections.Immutable;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class ClusterCommandTests
{
    private static readonly Guid One = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Two = new("22222222-2222-2222-2222-222222222222");

    private static FixedTopology Topology(Guid? leaderOfOne = null) => new()
    {
        Current = new TopologyView(
            5,
            [
                new NodeView(One, "node-1", "akka.tcp://cluster@127.0.0.1:4053", "127.0.0.1:7379", "127.0.0.1:8379", "", NodeStatus.Up),
                new NodeView(Two, "node-2", "akka.tcp://cluster@127.0.0.1:4054", "127.0.0.1:7380", "127.0.0.1:8380", "", NodeStatus.Up),
            ],
            [
                new ShardView(0, 3, One, 10, Replicas()),
                new ShardView(1, 4, leaderOfOne, 11, Replicas()),
            ]),
    };

    private static ImmutableArray<ReplicaStatus> Replicas() =>
    [
        new(One, ShardRole.Leader, ShardState.Leading, 1, 1),
        new(Two, ShardRole.Follower, ShardState.Replicating, 1, 1),
    ];

    [Fact]
    public async Task SLOTS_and_NODES_name_the_leader_of_each_range()
    {
        await using var client = new RespClient(new FakeShards(2), Topology(Two), One, Routing.Forward);
        string one = "11111111111111111111111111111111" + "00000000";
        string two = "22222222222222222222222222222222" + "00000000";
        Assert.Equal(
            $"*2|*4|:0|:8191|*3|$9|127.0.0.1|:7379|$40|{one}|*3|$9|127.0.0.1|:7380|$40|{two}|*4|:8192|:16383|*3|$9|127.0.0.1|:7380|$40|{two}|*3|$9|127.0.0.1|:7379|$40|{one}",
            await client.CallAsync("CLUSTER", "SLOTS"));
        string nodes = await client.CallAsync("CLUSTER", "NODES");
        Assert.Contains($"{one} 127.0.0.1:7379@4053 myself,master - 0 0 5 connected 0-8191\n", nodes);
        Assert.Contains($"{two} 127.0.0.1:7380@4054 master - 0 0 5 connected 8192-16383\n", nodes);
        Assert.Equal($"$40|{one}", await client.CallAsync("CLUSTER", "MYID"));
        Assert.Contains("cluster_state:ok|cluster_slots_assigned:16384|cluster_slots_ok:16384|", await client.CallAsync("CLUSTER", "INFO"));
    }

    [Fact]
    public async Task A_connection_is_told_its_bound_on_staleness_and_a_wrong_one_changes_nothing()
    {
        await using var client = new RespClient(new FakeShards(2), Topology(Two), One, Routing.Forward);
        Assert.Equal(":0", await client.CallAsync("CLUSTER", "MAXSTALENESS"));
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "MAXSTALENESS", "1500"));
        Assert.Equal(":1500", await client.CallAsync("CLUSTER", "MAXSTALENESS"));
        Assert.StartsWith("-ERR expected CLUSTER MAXSTALENESS", await client.CallAsync("CLUSTER", "MAXSTALENESS", "-1"));
        Assert.StartsWith("-ERR expected CLUSTER MAXSTALENESS", await client.CallAsync("CLUSTER", "MAXSTALENESS", "3600001"));
        Assert.Equal(":1500", await client.CallAsync("CLUSTER", "MAXSTALENESS"));
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "MAXSTALENESS", "off"));
        Assert.Equal(":0", await client.CallAsync("CLUSTER", "MAXSTALENESS"));
    }

    [Fact]
    public async Task A_connection_is_told_its_policy_and_a_wrong_one_changes_nothing()
    {
        await using var client = new RespClient(new FakeShards(2), Topology(Two), One, Routing.Forward);
        Assert.Equal("$6|quorum", await client.CallAsync("CLUSTER", "POLICY"));
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "POLICY", "ACK-N", "2"));
        Assert.Equal("$7|ack-n 2", await client.CallAsync("CLUSTER", "POLICY"));
        Assert.StartsWith("-ERR expected local, ack-n N, quorum, all or regions N", await client.CallAsync("CLUSTER", "POLICY", "ack-n"));
        Assert.StartsWith("-ERR expected local, ack-n N, quorum, all or regions N", await client.CallAsync("CLUSTER", "POLICY", "regions", "65"));
        Assert.Equal("$7|ack-n 2", await client.CallAsync("CLUSTER", "POLICY"));
    }

    [Fact]
    public async Task A_write_is_answered_by_another_policy_than_that_of_its_connection_or_of_the_node_it_is_connected_to()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards, WritePolicy.All);
        Assert.Equal("$3|all", await client.CallAsync("CLUSTER", "POLICY"));
        foreach (var policy in (WritePolicy[])[WritePolicy.All, WritePolicy.Regions(2), WritePolicy.Local])
        {
            if (policy != WritePolicy.All) Assert.Equal("+OK", await client.CallAsync(["CLUSTER", "POLICY", .. policy.ToString().Split(' ')]));
            shards.Hold(0);
            var reply = client.CallAsync("SET", "k", "v");
            Assert.True(await shards.ArrivedAsync());
            Assert.Equal(policy, shards.Held(0).Policy);
            shards.LetGo(0);
            Assert.Equal("+OK", await reply);
        }
    }

    [Fact]
    public async Task A_transfer_names_a_shard_and_a_node_that_exist()
    {
        await using var client = new RespClient(new FakeShards(2), Topology(Two), One, Routing.Forward);
        Assert.Equal("-ERR expected a shard from 0 to 1, got '2'", await client.CallAsync("CLUSTER", "TRANSFER", "2", "node-1"));
        Assert.Equal("-ERR no node of the cluster has the name or id 'node-3'", await client.CallAsync("CLUSTER", "TRANSFER", "0", "node-3"));
        Assert.Equal("-ERR wrong number of arguments for 'cluster addvoter': expected a shard and a node", await client.CallAsync("CLUSTER", "ADDVOTER", "0"));
    }

    [Fact]
    public async Task A_shard_without_leader_is_in_no_slot_map()
    {
        await using var client = new RespClient(new FakeShards(2), Topology(), One, Routing.Forward);
        Assert.StartsWith("*1|*4|:0|:8191|", await client.CallAsync("CLUSTER", "SLOTS"));
        Assert.Contains("cluster_state:fail|", await client.CallAsync("CLUSTER", "INFO"));
    }
}
