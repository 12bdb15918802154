using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Keys past their time, seen through the shard's actor: their end is a record of the leader.</summary>
public sealed class ExpiryTests : ShardTestKit
{
    private const long Hour = 3_600_000_000;

    [Fact]
    public async Task A_key_past_its_time_is_still_seen()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();

        // 1970 is over: the command behind sees the key gone, whether anything swept it already or not.
        Assert.Equal(["OK", "nil", "0", "-2", "0"], await client.Submit(0, b =>
        {
            b.AddExpiring("a"u8, 1, "old"u8, CommandFlags.None);
            b.Add(CommandKind.Get, "a"u8);
            b.Add(CommandKind.Exists, "a"u8);
            b.Add(CommandKind.TimeToLive, "a"u8);
            b.Add(CommandKind.Count);
        }));
        Assert.Equal(["OK", "OK", "new", "0"], await client.Submit(0, b =>
        {
            b.AddExpiring("b"u8, 1, "old"u8, CommandFlags.None);
            b.AddExpiring("b"u8, -Hour, "new"u8, CommandFlags.IfAbsent);
            b.Add(CommandKind.Get, "b"u8);
            b.Add(CommandKind.Delete, "a"u8);
        }));
        Assert.Equal(["OK", "nil"], await client.Submit(0, b =>
        {
            b.AddExpiring("c"u8, 1, "old"u8, CommandFlags.None);
            b.Add(CommandKind.Set, "c"u8, "x"u8, CommandFlags.IfPresent);
        }));
    }

    [Fact]
    public async Task A_time_that_is_not_over_is_told_and_goes_with_the_next_put()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        Assert.Equal("OK", await client.One(0, b => b.AddExpiring("a"u8, -Hour, "1"u8, CommandFlags.None)));
        Assert.InRange(long.Parse(await client.One(0, b => b.Add(CommandKind.TimeToLive, "a"u8))), 3_000_000, 3_600_000);
        Assert.Equal("1", await client.Get(0, "a"));
        Assert.Equal("OK", await client.Set(0, "a", "2"));
        Assert.Equal("-1", await client.One(0, b => b.Add(CommandKind.TimeToLive, "a"u8)));
        Assert.StartsWith("ERR", await client.One(0, b => b.AddExpiring("a"u8, 0, "3"u8, CommandFlags.None)), StringComparison.Ordinal);
        Assert.Equal("2", await client.Get(0, "a"));
    }

    [Fact]
    public async Task Keys_that_nobody_asks_for_stay_for_ever()
    {
        using var shards = new TestShards(Sys, nodes: 1, bufferBytes: 64 << 10);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        byte[] filler = new byte[4 << 10];
        for (int i = 0; i < 60; i++)
            await client.One(0, b => b.AddExpiring(TestClient.Bytes($"k{i}"), 1, filler, CommandFlags.None));
        await client.SetUntilAcknowledged(0, "stays", "1");

        // Their names have left memory by now, for the first ones at least.
        var until = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (await client.Count(0) != "1") Assert.True(DateTime.UtcNow < until, "the keys are still counted");
        Assert.Equal("1", await client.Get(0, "stays"));
    }

    [Fact]
    public async Task A_replica_shows_a_key_past_its_time_or_deletes_it_by_its_own_clock()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "ready", "1");
        await client.One(0, b => b.AddExpiring("a"u8, 1, "old"u8, CommandFlags.None));
        await client.SetUntilAcknowledged(0, "mark", "1");
        foreach (var node in shards.Nodes)
        {
            var local = node.Client();
            local.ReadOnly = true;
            var until = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            while (await local.Get(0, "mark") != "1") Assert.True(DateTime.UtcNow < until, "the replica follows");
            Assert.Equal(["nil", "0", "-2"], await local.Submit(0, b =>
            {
                b.Add(CommandKind.Get, "a"u8);
                b.Add(CommandKind.Exists, "a"u8);
                b.Add(CommandKind.TimeToLive, "a"u8);
            }));
        }
    }
}
