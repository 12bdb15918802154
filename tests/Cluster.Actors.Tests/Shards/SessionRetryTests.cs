using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Commands whose second application would show: increments and transactions, repeated after their leader was lost (R11).</summary>
public sealed class SessionRetryTests : ShardTestKit
{
    [Fact]
    public async Task Increments_and_transactions_under_way_at_a_dead_leader_are_lost_or_applied_twice()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(18) });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "1");
        var leader = await LeaderOf(shards);
        int answered = 0;
        var load = Task.WhenAll(shards.Nodes.Where(n => n != leader).Select((node, n) => Load(node, n)));
        await Until(() => Volatile.Read(ref answered) > 60);
        await leader.Kill();
        string[] late = await load;
        Assert.All(late, reply => Assert.Equal("", reply));

        // Several batches of a connection are under way all the time. Each adds three, so what it is answered tells how often all before it were applied.
        async Task<string> Load(TestShardNode node, int n)
        {
            var client = node.Client();
            client.Session = new ConnectionSession();
            byte[] key = TestClient.Bytes($"counter{n}");
            long sum = 0;
            for (int round = 0; round < 30; round++)
            {
                var five = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.Submit(0, b => Add(b, key))));
                foreach (string[] replies in five)
                {
                    string expected = $"{sum + 1} | {sum + 2} {sum + 3} OK";
                    if (string.Join(" | ", replies) != expected) return $"{string.Join(" | ", replies)} instead of {expected}";
                    sum += 3;
                }

                Interlocked.Add(ref answered, 5);
            }

            return await client.GetUntilAnswered(0, $"counter{n}") == $"{sum}" ? "" : "the counter has another value than was answered";
        }

        static void Add(CommandBatch batch, byte[] key)
        {
            batch.AddWithNumber(CommandKind.Increment, key, 1);
            TestClient.AddTransaction(batch, b =>
            {
                b.AddWithNumber(CommandKind.Increment, key, 1);
                b.AddWithNumber(CommandKind.Increment, key, 1);
                b.Add(CommandKind.Set, "x"u8, "1"u8);
            });
        }
    }

    [Fact]
    public async Task A_named_increment_or_transaction_is_applied_again_or_answered_otherwise_by_the_next_leader()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        var first = shards.Nodes[0].Client();
        await first.SetUntilAcknowledged(0, "big", new string('b', 1000));
        Assert.True(NamedWrite.TryReadId(TestClient.Bytes(NamedWrite.NewId(TimeProvider.System)), TimeProvider.System, out var session));
        var commands = new (string Reply, Action<CommandBatch> Add)[]
        {
            ("5", b => b.AddWithNumber(CommandKind.Increment, "counter"u8, 5)),
            ("6 nil OK ERR value is not an integer or out of range v", b => TestClient.AddTransaction(b, c =>
            {
                c.AddWithNumber(CommandKind.Increment, "counter"u8, 1);
                c.Add(CommandKind.Get, "k"u8);
                c.Add(CommandKind.Set, "k"u8, "v"u8);
                c.AddWithNumber(CommandKind.Increment, "k"u8, 1);
                c.Add(CommandKind.GetDelete, "k"u8);
            })),
            ("nil", b => TestClient.AddTransaction(b, c => c.AddWithNumber(CommandKind.Increment, "counter"u8, 1), ("counter", WatchToken.Unknown))),
            ("6", b => TestClient.AddTransaction(b, c => c.Add(CommandKind.Get, "counter"u8), isWrite: true)),
            ("ERR value is not an integer or out of range", b => b.AddWithNumber(CommandKind.Increment, "big"u8, 1)),
            ("2", b => b.Add(CommandKind.Append, "text"u8, "ab"u8)),
            ("ab", b => b.Add(CommandKind.Set, "text"u8, "c"u8, CommandFlags.ReturnOld)),
            ("1", b => b.AddWithNumber(CommandKind.Expire, "text"u8, -3_600_000_000)),
            ("1", b => b.Add(CommandKind.Persist, "text"u8)),
            ("4", b => b.AddWithNumber(CommandKind.SetRange, "text"u8, 3, "d"u8)),
            ("c\0\0d", b => b.Add(CommandKind.GetExpire, "text"u8)),
            ("c\0\0d", b => b.Add(CommandKind.GetDelete, "text"u8)),
        };
        for (int i = 0; i < commands.Length; i++) Assert.Equal(commands[i].Reply, await Named(first, i + 1, commands[i].Add));
        Assert.Equal(new string('b', 1000), await Named(first, commands.Length + 1, b => b.Add(CommandKind.GetDelete, "big"u8)));
        await first.SetUntilAcknowledged(0, "counter", "100");
        await first.SetUntilAcknowledged(0, "text", "other");

        await (await LeaderOf(shards)).Kill();
        var survivor = shards.Nodes.First(n => n.Actor is not null).Client();
        for (int i = commands.Length; i > 0; i--) Assert.Equal(commands[i - 1].Reply, await Named(survivor, i, commands[i - 1].Add));
        // Too long to be kept; and a reply that the command could not have had.
        Assert.StartsWith("APPLIED this sequence was applied before", await Named(survivor, commands.Length + 1, b => b.Add(CommandKind.GetDelete, "big"u8)));
        Assert.StartsWith("APPLIED this sequence was applied before", await Named(survivor, 2, b => b.Add(CommandKind.Get, "k"u8)));
        Assert.StartsWith("APPLIED this sequence was applied before", await Named(survivor, 1, b => TestClient.AddTransaction(b, c => c.Add(CommandKind.Get, "k"u8))));
        Assert.Equal("100", await survivor.GetUntilAnswered(0, "counter"));
        Assert.Equal("other", await survivor.GetUntilAnswered(0, "text"));

        async Task<string> Named(TestClient client, long sequence, Action<CommandBatch> add)
        {
            for (var until = DateTime.UtcNow + Patience; ;)
            {
                string reply = await client.One(0, b =>
                {
                    add(b);
                    b.NameWrite(new NamedWrite(session, sequence));
                });
                bool again = reply.StartsWith("UNKNOWN", StringComparison.Ordinal) || TestClient.IsRefusal(reply);
                if (!again || DateTime.UtcNow > until) return reply;
            }
        }
    }

    [Fact]
    public async Task A_batch_that_waits_for_the_disk_when_its_leader_is_cut_off_is_applied_in_part_or_twice()
    {
        using var shards = new TestShards(Sys, nodes: 3, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(18) }, bufferBytes: 64 << 10);
        shards.StartAll();
        await ReadBeforeWriteTests.Prepare(shards.Nodes[0].Client());
        var leader = await LeaderOf(shards);
        using var gate = new ReadBeforeWriteTests.Gate(leader.Workers);
        var held = shards.Nodes.Select((node, n) => Begin(node, $"hot{n}", $"n{n}")).ToArray();
        // What stands before the command that waits is in the log and commits by itself.
        var reader = leader.Client();
        for (int n = 0; n < held.Length; n++)
        {
            string seen;
            var until = DateTime.UtcNow + Patience;
            do seen = await reader.Get(0, $"hot{n}");
            while (seen is not ("1" or "2") && DateTime.UtcNow < until);
        }

        shards.Network.Isolate(leader.Id);
        var survivor = shards.Nodes.First(n => n != leader).Client();
        await survivor.SetUntilAcknowledged(0, "mark", "1");
        shards.Network.Reconnect(leader.Id);
        for (int n = 0; n < held.Length; n++) Assert.Equal(["1", $"{101 + n}", "2"], await held[n]);
        gate.Open();
        for (int n = 0; n < held.Length; n++)
        {
            Assert.Equal("2", await survivor.GetUntilAnswered(0, $"hot{n}"));
            Assert.Equal($"{101 + n}", await survivor.GetUntilAnswered(0, $"n{n}"));
        }

        static Task<string[]> Begin(TestShardNode node, string hot, string cold)
        {
            var client = node.Client();
            client.Session = new ConnectionSession();
            return client.Submit(0, b =>
            {
                b.AddWithNumber(CommandKind.Increment, TestClient.Bytes(hot), 1);
                b.AddWithNumber(CommandKind.Increment, TestClient.Bytes(cold), 1);
                b.AddWithNumber(CommandKind.Increment, TestClient.Bytes(hot), 1);
            });
        }
    }
}
