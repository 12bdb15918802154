using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class TransactionTests : ShardTestKit
{
    [Fact]
    public async Task A_transaction_sees_half_of_its_own_writes_or_of_values_on_the_disk()
    {
        using var shards = new TestShards(Sys, nodes: 1, bufferBytes: 64 << 10);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        for (int i = 0; i < 10; i++) await client.SetUntilAcknowledged(0, $"n{i}", $"{100 + i}");
        string filler = new('f', 8 << 10);
        for (int i = 0; i < 60; i++) await client.SetUntilAcknowledged(0, $"filler{i}", filler);

        Assert.Equal("101 100 OK nil 107 107 1 OK 8 0", await client.Execute(0, b =>
        {
            b.Add(CommandKind.Get, "n1"u8);
            b.Add(CommandKind.GetDelete, "n0"u8);
            b.Add(CommandKind.Set, "new"u8, "1"u8);
            b.Add(CommandKind.Get, "n0"u8);
            b.AddWithNumber(CommandKind.Increment, "n6"u8, 1);
            b.Add(CommandKind.Set, "n6"u8, "7"u8, CommandFlags.ReturnOld);
            b.Add(CommandKind.Exists, "new"u8);
            b.Add(CommandKind.Set, "n2"u8, "8"u8);
            b.Add(CommandKind.Get, "n2"u8);
            b.Add(CommandKind.Exists, "n0"u8);
        }));
    }

    [Fact]
    public async Task A_transaction_is_torn_by_a_kill_or_its_watch_outlives_one()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        var node = shards.Nodes[0];
        node.Start();
        var client = node.Client();
        var before = await client.Watch(0, "a");
        Assert.Equal("OK OK 1", await client.Execute(0, Fill, ("a", before)));
        Assert.Equal("nil", await client.Execute(0, Fill, ("a", before)));
        var after = await client.Watch(0, "a");
        await node.Kill();
        node.Start();
        client = node.Client();
        Assert.Equal("1", await client.Get(0, "a"));
        Assert.Equal("1", await client.Get(0, "c"));
        Assert.Equal("nil", await client.Execute(0, Fill, ("a", after)));
        Assert.Equal("nil", await client.Execute(0, Fill, ("a", WatchToken.Unknown)));
        Assert.Equal("1", await client.Execute(0, b => b.Add(CommandKind.Get, "a"u8), ("a", await client.Watch(0, "a"))));

        static void Fill(CommandBatch b)
        {
            b.Add(CommandKind.Set, "a"u8, "1"u8);
            b.Add(CommandKind.Set, "b"u8, "2"u8);
            b.AddWithNumber(CommandKind.Increment, "c"u8, 1);
        }
    }

    [Fact]
    public async Task A_watch_through_another_node_or_of_another_leadership_misses_a_change()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "k", "1");
        // Whoever leads, two of the three forward.
        for (int round = 0; round < 6; round++)
        {
            var one = shards.Nodes[round % 3].Client();
            var other = shards.Nodes[(round + 1) % 3].Client();
            var token = await one.Watch(0, "k");
            string mine = await one.Execute(0, b => b.Add(CommandKind.Set, "k"u8, "mine"u8), ("k", token));
            // A leader that changed in between makes it nil or an error; it is never made with a stale token.
            if (mine == "OK") Assert.Equal("nil", await other.Execute(0, b => b.Add(CommandKind.Set, "k"u8, "other"u8), ("k", token)).ContinueWith(t => t.Result.StartsWith("TRYAGAIN", StringComparison.Ordinal) ? "nil" : t.Result));
        }

        var stale = await shards.Nodes[0].Client().Watch(0, "k");
        var leader = shards.Leader;
        if (leader is not null) await leader.StopActor();
        var rest = shards.Nodes.First(n => n.Actor is not null).Client();
        await rest.SetUntilAcknowledged(0, "mark", "1");
        string late = await rest.Execute(0, b => b.Add(CommandKind.Set, "k"u8, "late"u8), ("k", stale));
        if (leader is not null) Assert.NotEqual("OK", late);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task A_malformed_transaction_stops_the_shard(byte[] value)
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        Assert.StartsWith("ERR the transaction is malformed", await client.One(0, b => b.Add(CommandKind.Transaction, default, value)), StringComparison.Ordinal);
        Assert.Equal("OK", await client.Set(0, "a", "1"));
    }
}
