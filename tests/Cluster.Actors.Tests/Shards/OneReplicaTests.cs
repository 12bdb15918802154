using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class OneReplicaTests : ShardTestKit
{
    [Fact]
    public async Task Every_command_does_what_it_says()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();

        Assert.Equal("nil", await client.Get(0, "a"));
        Assert.Equal("OK", await client.Set(0, "a", "1"));
        Assert.Equal("1", await client.Get(0, "a"));
        Assert.Equal("nil", await client.Set(0, "a", "2", CommandFlags.IfAbsent));
        Assert.Equal("OK", await client.Set(0, "a", "3", CommandFlags.IfPresent));
        Assert.Equal("nil", await client.Set(0, "b", "1", CommandFlags.IfPresent));
        Assert.Equal("OK", await client.Set(0, "b", "", CommandFlags.IfAbsent));
        Assert.Equal("", await client.Get(0, "b"));
        Assert.Equal("2", await client.Count(0));
        Assert.Equal("1", await client.One(0, b => b.Add(CommandKind.Exists, "a"u8)));
        Assert.Equal("1", await client.Delete(0, "a"));
        Assert.Equal("0", await client.Delete(0, "a"));
        Assert.Equal("0", await client.One(0, b => b.Add(CommandKind.Exists, "a"u8)));
        Assert.Equal("OK", await client.One(0, SetXyz));
        Assert.Equal(["1", "3", "nil"], await client.Submit(0, b =>
        {
            b.Add(CommandKind.Get, "x"u8);
            b.Add(CommandKind.Get, "z"u8);
            b.Add(CommandKind.Get, "a"u8);
        }));
        Assert.Equal("OK", await client.One(0, b => b.Add(CommandKind.FlushAll)));
        Assert.Equal("0", await client.Count(0));
        Assert.Equal("nil", await client.Get(0, "x"));

        static void SetXyz(CommandBatch b)
        {
            b.AddSetMany();
            b.AddPair("x"u8, "1"u8);
            b.AddPair("y"u8, "2"u8);
            b.AddPair("z"u8, "3"u8);
        }
    }

    [Fact]
    public async Task A_pipeline_sees_its_own_earlier_writes()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        Assert.Equal(["OK", "1", "1", "nil", "0"], await client.Submit(0, b =>
        {
            b.Add(CommandKind.Set, "k"u8, "1"u8);
            b.Add(CommandKind.Get, "k"u8);
            b.Add(CommandKind.Delete, "k"u8);
            b.Add(CommandKind.Get, "k"u8);
            b.Add(CommandKind.Count);
        }));
    }

    [Fact]
    public async Task Acknowledged_writes_outlive_a_kill()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        var node = shards.Nodes[0];
        for (int life = 0; life < 3; life++)
        {
            node.Start();
            var client = node.Client();
            if (life > 0) Assert.Equal($"{life - 1}", await client.Get(0, "life"));
            var writes = Enumerable.Range(0, 200).Select(i => client.Set(0, $"k{i}", $"{life}-{i}")).ToArray();
            Assert.All(await Task.WhenAll(writes), reply => Assert.Equal("OK", reply));
            Assert.Equal("OK", await client.Set(0, "life", $"{life}"));
            await node.Kill();
        }

        node.Start();
        Assert.Equal("2-199", await node.Client().Get(0, "k199"));
        Assert.Equal("201", await node.Client().Count(0));
    }

    [Fact]
    public async Task A_new_actor_takes_over_the_open_store()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        var node = shards.Nodes[0];
        node.Start();
        Assert.Equal("OK", await node.Client().Set(0, "a", "1"));
        await node.StopActor();
        Assert.Equal("TRYAGAIN the shard takes no commands", await node.Client().Get(0, "a"));
        node.StartActor();
        Assert.Equal("1", await node.Client().Get(0, "a"));
        Assert.Equal("OK", await node.Client().Set(0, "a", "2"));
    }

    [Fact]
    public async Task Values_that_left_memory_are_read_from_disk()
    {
        using var shards = new TestShards(Sys, nodes: 1, bufferBytes: 64 << 10);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        string filler = new('f', 8 << 10);
        for (int i = 0; i < 100; i++) await client.SetUntilAcknowledged(0, $"k{i}", $"{i}{filler}");
        Assert.Equal($"0{filler}", await client.Get(0, "k0"));
        client.ReadOnly = true;
        Assert.Equal([$"1{filler}", "nil", $"99{filler}"], await client.Submit(0, b =>
        {
            b.Add(CommandKind.Get, "k1"u8);
            b.Add(CommandKind.Get, "none"u8);
            b.Add(CommandKind.Get, "k99"u8);
        }));
    }

    [Fact]
    public async Task A_local_write_is_answered_and_kept()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        client.Policy = CommitPolicy.Local;
        Assert.Equal(["OK", "OK"], await client.Submit(0, b =>
        {
            b.Add(CommandKind.Set, "a"u8, "1"u8);
            b.Add(CommandKind.Set, "b"u8, "2"u8, CommandFlags.IfAbsent);
        }));
        Assert.Equal("2", await client.Count(0));
    }
}
