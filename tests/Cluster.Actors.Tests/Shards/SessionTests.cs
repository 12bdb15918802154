using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Writes of sessions when their leader is lost, and when they come again (R11).</summary>
public sealed class SessionTests : ShardTestKit
{
    [Fact]
    public async Task Writes_in_flight_at_a_dead_leader_are_unknown_or_applied_twice()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(18) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var leader = await LeaderOf(shards);
        var others = shards.Nodes.Where(n => n != leader).ToArray();
        int answered = 0;
        var load = Task.WhenAll(others.Select((node, n) => Load(node, n)));
        await Until(() => Volatile.Read(ref answered) > 100);
        await leader.Kill();
        var replies = await load;
        foreach (var one in replies) Assert.All(one, reply => Assert.Equal("OK,1", reply));

        // Several are under way all the time. One that is applied again finds its key: nil and 0 instead of OK and 1.
        async Task<string[]> Load(TestShardNode node, int n)
        {
            var client = node.Client();
            client.Session = new ConnectionSession();
            var all = new List<string>();
            for (int i = 0; i < 60; i++)
            {
                int round = i;
                var five = await Task.WhenAll(Enumerable.Range(0, 5).Select(j => client.Submit(0, b =>
                {
                    b.Add(CommandKind.Set, TestClient.Bytes($"{n}-{round}-{j}"), "x"u8, CommandFlags.IfAbsent);
                    b.Add(CommandKind.Delete, TestClient.Bytes($"{n}-{round}-{j}"));
                })));
                all.AddRange(five.Select(static both => string.Join(',', both)));
                Interlocked.Add(ref answered, 5);
            }

            return [.. all];
        }
    }

    [Fact]
    public async Task A_write_at_a_leader_that_is_cut_off_is_unknown_although_the_next_one_could_take_it()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(18) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var leader = await LeaderOf(shards);
        var client = leader.Client();
        client.Session = new ConnectionSession();
        Assert.Equal("OK", await client.Set(0, "k", "1", CommandFlags.IfAbsent));
        shards.Network.Isolate(leader.Id);
        var pending = Enumerable.Range(0, 5).Select(i => client.Set(0, $"p{i}", "1", CommandFlags.IfAbsent)).ToArray();
        var survivor = shards.Nodes.First(n => n != leader).Client();
        await survivor.SetUntilAcknowledged(0, "a", "2");
        shards.Network.Reconnect(leader.Id);
        Assert.All(await Task.WhenAll(pending), static reply => Assert.Equal("OK", reply));
        Assert.Equal("8", await survivor.Count(0));
    }

    [Fact]
    public async Task A_named_write_that_comes_again_is_applied_again_or_answered_otherwise()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var session = Guid.Empty;
        Assert.True(NamedWrite.TryReadId(TestClient.Bytes(NamedWrite.NewId(TimeProvider.System)), TimeProvider.System, out session));
        var (one, two) = (shards.Nodes[1].Client(), shards.Nodes[2].Client());
        Assert.Equal("OK", await Named(one, 1, "a", "1", CommandFlags.IfAbsent));
        Assert.Equal("nil", await Named(one, 2, "a", "2", CommandFlags.IfAbsent));
        await two.SetUntilAcknowledged(0, "a", "other");
        Assert.Equal("1", await two.Delete(0, "a"));

        // A failed condition is answered as it was, although it would hold now.
        Assert.Equal("nil", await Named(two, 2, "a", "2", CommandFlags.IfAbsent));
        Assert.Equal("OK", await Named(two, 1, "a", "1", CommandFlags.IfAbsent));
        Assert.Equal("nil", await two.GetUntilAnswered(0, "a"));
        Assert.StartsWith("SESSIONGAP nothing was applied", await Named(two, 4, "a", "4"));
        Assert.Equal("OK", await Named(two, 3, "a", "3"));
        var leader = await LeaderOf(shards);
        await leader.Kill();
        var survivor = shards.Nodes.First(n => n != leader).Client();
        Assert.Equal("nil", await Named(survivor, 2, "a", "2", CommandFlags.IfAbsent));
        Assert.Equal("3", await survivor.GetUntilAnswered(0, "a"));

        async Task<string> Named(TestClient client, long sequence, string key, string value, CommandFlags flags = CommandFlags.None)
        {
            for (var until = DateTime.UtcNow + Patience; ;)
            {
                string reply = await client.One(0, b =>
                {
                    b.Add(CommandKind.Set, TestClient.Bytes(key), TestClient.Bytes(value), flags);
                    b.NameWrite(new NamedWrite(session, sequence));
                });
                if (!reply.StartsWith("UNKNOWN", StringComparison.Ordinal) || DateTime.UtcNow > until) return reply;
            }
        }
    }

    [Fact]
    public async Task A_named_write_that_was_refused_has_used_its_sequence()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "n", "1");
        Assert.True(NamedWrite.TryReadId(TestClient.Bytes(NamedWrite.NewId(TimeProvider.System)), TimeProvider.System, out var session));
        client.Policy = WritePolicy.AckN(1);
        Assert.StartsWith("NOREPLICAS ", await Increment(1));
        client.Policy = WritePolicy.Quorum;
        Assert.Equal("2", await Increment(1));
        Assert.Equal("2", await Increment(1));
        Assert.Equal("3", await Increment(2));

        Task<string> Increment(long sequence) => client.One(0, b =>
        {
            b.AddWithNumber(CommandKind.Increment, "n"u8, 1);
            b.NameWrite(new NamedWrite(session, sequence));
        });
    }

    [Fact]
    public async Task A_named_write_older_than_what_is_kept_is_applied_again()
    {
        using var shards = new TestShards(Sys, nodes: 1);
        shards.StartAll();
        var client = shards.Nodes[0].Client();
        await client.SetUntilAcknowledged(0, "first", "1");
        Assert.True(NamedWrite.TryReadId(TestClient.Bytes(NamedWrite.NewId(TimeProvider.System)), TimeProvider.System, out var session));
        for (int i = 1; i <= 66; i++) Assert.Equal("OK", await Named(i));
        Assert.StartsWith("UNKNOWN outcome unknown", await Named(1));
        Assert.Equal("OK", await Named(3));
        Assert.Equal("66", await client.Get(0, "k"));

        Task<string> Named(long sequence) => client.One(0, b =>
        {
            b.Add(CommandKind.Set, "k"u8, TestClient.Bytes($"{sequence}"));
            b.NameWrite(new NamedWrite(session, sequence));
        });
    }
}
