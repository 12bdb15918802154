using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Commands that make a new value out of one that is on the disk only.</summary>
public sealed class ReadBeforeWriteTests : ShardTestKit
{
    [Fact]
    public async Task A_pipeline_overtakes_its_own_command_that_waits_for_the_disk()
    {
        using var shards = await WithColdValues(nodes: 1);
        var client = shards.Nodes[0].Client();
        using var gate = new Gate(shards.Nodes[0].Workers);

        var first = client.Submit(0, b =>
        {
            b.Add(CommandKind.Set, "hot"u8, "1"u8);
            b.Add(CommandKind.Get, "n0"u8);
            b.AddWithNumber(CommandKind.Increment, "n0"u8, 1);
            b.Add(CommandKind.Append, "n1"u8, "x"u8);
            b.Add(CommandKind.Get, "n1"u8);
            b.AddWithNumber(CommandKind.Increment, "hot"u8, 1);
        });
        var second = client.Submit(0, b =>
        {
            b.AddWithNumber(CommandKind.Increment, "n0"u8, 10);
            b.Add(CommandKind.Get, "hot"u8);
            b.Add(CommandKind.GetDelete, "n2"u8);
            b.Add(CommandKind.Exists, "n2"u8);
        });
        var third = client.Submit(0, b => b.Add(CommandKind.Get, "n0"u8));
        // Another client is not held up, and its write is not lost.
        Assert.Equal("OK", await shards.Nodes[0].Client().Set(0, "n1", "other"));
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted);
        gate.Open();

        Assert.Equal(["OK", "100", "101", "6", "otherx", "2"], await first);
        Assert.Equal(["111", "2", "102", "0"], await second);
        Assert.Equal(["111"], await third);
    }

    [Fact]
    public async Task An_increment_is_lost_among_clients_that_race_for_values_on_the_disk()
    {
        using var shards = await WithColdValues(nodes: 3);
        long acknowledged = 0, unknown = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async c =>
        {
            var client = shards.Nodes[c % 3].Client();
            byte[] filler = new byte[8 << 10];
            for (int i = 0; i < 20; i++)
            {
                string[] replies = await client.Submit(0, b =>
                {
                    b.AddWithNumber(CommandKind.Increment, TestClient.Bytes($"n{(c + i) % 10}"), 1);
                    b.Add(CommandKind.Set, TestClient.Bytes($"f{c}-{i}"), filler);
                });
                if (long.TryParse(replies[0], out _)) Interlocked.Increment(ref acknowledged);
                else if (replies[0].StartsWith("UNKNOWN", StringComparison.Ordinal)) Interlocked.Increment(ref unknown);
            }
        }));

        long sum = 0;
        for (int i = 0; i < 10; i++) sum += long.Parse(await shards.Nodes[0].Client().GetUntilAnswered(0, $"n{i}")) - 100 - i;
        Assert.InRange(sum, acknowledged, acknowledged + unknown);
    }

    [Fact]
    public async Task A_command_that_waits_for_the_disk_is_forgotten_when_the_shard_stops()
    {
        using var shards = await WithColdValues(nodes: 1);
        var client = shards.Nodes[0].Client();
        using var gate = new Gate(shards.Nodes[0].Workers);
        var partly = client.Submit(0, b =>
        {
            b.Add(CommandKind.Set, "a"u8, "1"u8);
            b.AddWithNumber(CommandKind.Increment, "n0"u8, 1);
        });
        var behind = client.Submit(0, b => b.AddWithNumber(CommandKind.Increment, "n1"u8, 1));
        Assert.Equal("OK", await shards.Nodes[0].Client().Set(0, "b", "1"));
        await shards.Nodes[0].StopActor();

        string[] replies = await partly;
        Assert.StartsWith("UNKNOWN outcome unknown, shard=0", replies[0], StringComparison.Ordinal);
        Assert.StartsWith("TRYAGAIN", replies[1], StringComparison.Ordinal);
        Assert.StartsWith("CLUSTERDOWN", (await behind)[0], StringComparison.Ordinal);
        gate.Open();
    }

    [Fact]
    public async Task A_disk_that_does_not_answer_keeps_a_client_waiting_for_ever()
    {
        using var shards = await WithColdValues(nodes: 1, settings: s => s with { WriteTimeout = TimeSpan.FromSeconds(1) });
        var client = shards.Nodes[0].Client();
        using var gate = new Gate(shards.Nodes[0].Workers);
        string[] replies = await client.Submit(0, b =>
        {
            b.AddWithNumber(CommandKind.Increment, "new"u8, 1);
            b.AddWithNumber(CommandKind.Increment, "n0"u8, 1);
        });
        Assert.Equal("1", replies[0]);
        Assert.StartsWith("TRYAGAIN", replies[1], StringComparison.Ordinal);
        gate.Open();
        Assert.Equal("100", await client.GetUntilAnswered(0, "n0"));
    }

    private async Task<TestShards> WithColdValues(int nodes, Func<ShardSettings, ShardSettings>? settings = null)
    {
        var shards = new TestShards(Sys, nodes, settings, bufferBytes: 64 << 10);
        shards.StartAll();
        await Prepare(shards.Nodes[0].Client());
        return shards;
    }

    /// <summary>n0 to n9 hold 100 to 109, and their bytes are in no buffer any more.</summary>
    internal static async Task Prepare(TestClient client)
    {
        for (int i = 0; i < 10; i++) await client.SetUntilAcknowledged(0, $"n{i}", $"{100 + i}");
        string filler = new('f', 8 << 10);
        for (int i = 0; i < 60; i++) await client.SetUntilAcknowledged(0, $"filler{i}", filler);
    }

    /// <summary>Keeps the only reader thread until it is opened.</summary>
    public sealed class Gate : IBlockingWork, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly ManualResetEventSlim _entered = new();

        public Gate(BlockingWorkers workers)
        {
            Assert.True(workers.TryRun(this));
            Assert.True(_entered.Wait(Patience));
        }

        public void Open() => _open.Set();

        public void Run()
        {
            _entered.Set();
            _open.Wait();
        }

        public void Dispose() => Open();
    }
}
