using System.Diagnostics;
using System.Globalization;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>Replicas that were away for longer than the log is kept for them.</summary>
public class ResyncScenarios(ITestOutputHelper output)
{
    private const int KeysOfShard = 64;

    [Fact]
    public async Task A_replica_away_for_longer_than_the_log_is_kept_comes_back_by_a_snapshot_and_serves_all_keys()
    {
        using var cluster = new ThreeNodes(
            "cluster.shards=1", "cluster.segment-bytes=64KiB", "cluster.wal-keep-bytes=128KiB",
            "cluster.merge.min-bytes=0", "cluster.merge.garbage-percent=1", "cluster.merge.bytes-per-second=1GiB");
        try
        {
            await cluster.StartAsync();
            await cluster.IsWholeAsync();
            var away = await cluster.LeaderOfFewestAsync();
            var stays = cluster.Except(away);
            using var writer = stays[0].Connect();
            await FillAsync(writer, "before");
            await cluster.HasCaughtUpAsync(away);
            long end = (await stays[0].TopologyAsync()).Shards[0].CommitLsn;
            await away.KillAsync();

            // All keys again and again: the old versions are merged away, and with them the log that the third would need.
            var clock = Stopwatch.StartNew();
            int rounds = 0;
            do await FillAsync(writer, $"round{++rounds}");
            while (stays.Any(node => OldestLsn(node) <= end + 1));
            output.WriteLine($"the log was released after {rounds} rounds, {clock.Elapsed.TotalMilliseconds:F0} ms");

            clock.Restart();
            await away.StartAsync();
            await cluster.HasCaughtUpAsync(away);
            output.WriteLine($"back after {clock.Elapsed.TotalMilliseconds:F0} ms");
            Assert.Contains(away.Process!.Output.Concat(away.Process.Errors), line => line.Contains("installs the snapshot", StringComparison.Ordinal));
            using var reader = away.Connect();
            Assert.True((await reader.CallAsync("READONLY")).IsOk);
            for (int i = 0; i < KeysOfShard; i++) Assert.Equal(ValueOf(i, $"round{rounds}"), (await reader.AnswerAsync("GET", $"k{i}")).Text);
        }
        catch
        {
            output.WriteLine(cluster.Logs());
            throw;
        }
    }

    private static string ValueOf(int key, string round) => $"{key}:{round}:" + new string('x', 4096);

    private static async Task FillAsync(RespClient writer, string round)
    {
        await writer.SendAsync(Enumerable.Range(0, KeysOfShard).Select(i => (string[])["SET", $"k{i}", ValueOf(i, round)]));
        var replies = await writer.ReceiveAsync(KeysOfShard);
        for (int i = 0; i < KeysOfShard; i++)
        {
            var reply = replies[i].IsOk ? replies[i] : await writer.AnswerAsync("SET", $"k{i}", ValueOf(i, round));
            Assert.True(reply.IsOk, reply.ToString());
        }
    }

    /// <summary>First record of the oldest segment; segments are named by it, in hexadecimal.</summary>
    private static long OldestLsn(Member node) => Directory.EnumerateFiles(Path.Combine(node.Folder, "shard-0000"), "wal-*")
        .Min(path => long.Parse(Path.GetFileName(path).AsSpan(4, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
