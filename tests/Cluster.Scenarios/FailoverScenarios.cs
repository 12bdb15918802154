using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

[Collection(SharedClusterUsers.Name)]
public class FailoverScenarios(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public Task A_killed_leader_takes_no_acknowledged_write_with_it() => shared.RunAsync(output, async cluster =>
    {
        for (int round = 0; round < Scale.Rounds; round++)
        {
            await cluster.MakeWholeAsync();
            var leader = await cluster.LeaderOfMostAsync();
            await using var load = cluster.Load($"leader{round}");
            await load.MoreAsync(Scale.Writes);

            await leader.KillAsync();
            var led = await cluster.IsLedByTheLivingAsync();
            await load.MoreAsync(Scale.Writes);
            var writes = await load.StopAsync();

            output.WriteLine($"{writes.Count} writes, {load.Acknowledged} acknowledged; all shards led {led.TotalMilliseconds:F0} ms after the kill, longest pause {load.LongestPause.TotalMilliseconds:F0} ms");
            foreach (var survivor in cluster.Except(leader))
            {
                using var client = survivor.Connect();
                await WriteLoad.VerifyAsync(client, writes);
            }
        }
    });

    [Fact]
    public Task A_killed_follower_comes_back_with_all_that_was_written_meanwhile() => shared.RunAsync(output, async cluster =>
    {
        for (int round = 0; round < Scale.Rounds; round++)
        {
            await cluster.MakeWholeAsync();
            var follower = await cluster.LeaderOfFewestAsync();
            await using var load = cluster.Load($"follower{round}");
            await load.MoreAsync(Scale.Writes / 2);
            await follower.KillAsync();
            await load.MoreAsync(Scale.Writes);

            var clock = Stopwatch.StartNew();
            await follower.StartAsync();
            var ready = clock.Elapsed;
            await load.MoreAsync(Scale.Writes / 2);
            var writes = await load.StopAsync();
            await cluster.HasCaughtUpAsync(follower);
            output.WriteLine($"{writes.Count} writes, {load.Acknowledged} acknowledged; ready after {ready.TotalMilliseconds:F0} ms, caught up after {clock.Elapsed.TotalMilliseconds:F0} ms, longest pause {load.LongestPause.TotalMilliseconds:F0} ms");

            using var client = follower.Connect();
            Assert.True((await client.CallAsync("READONLY")).IsOk);
            await WriteLoad.VerifyAsync(client, writes);
        }
    });

    [Fact]
    public Task Without_a_majority_each_error_says_what_is_known_and_service_returns_by_itself() => shared.RunAsync(output, async cluster =>
    {
        var survivor = await cluster.LeaderOfMostAsync();
        var topology = await survivor.TopologyAsync();
        int shards = topology.Shards.Length;
        using var client = survivor.Connect();
        string[] tags = [.. Enumerable.Range(0, shards).Select(shard => Keys.TagOf(shard, shards))];
        foreach (string tag in tags) Assert.Equal("OK", (await client.AnswerAsync("SET", $"{tag}:before", "1")).Text);

        var dead = cluster.Except(survivor);
        foreach (var node in dead) node.Process!.Send(Signal.Kill);
        foreach (var node in dead) await node.Process!.ExitCodeAsync();

        // One connection per command: each must be answered in time, not after another one's time-out.
        var clock = Stopwatch.StartNew();
        var clients = tags.Concat(tags).Select(_ => survivor.Connect()).ToArray();
        for (int i = 0; i < shards; i++)
        {
            await clients[i].SendAsync("SET", $"{tags[i]}:during", "2");
            await clients[shards + i].SendAsync("GET", $"{tags[i]}:before");
        }

        var writes = new Reply[shards];
        for (int i = 0; i < shards; i++)
        {
            writes[i] = await clients[i].ReceiveAsync();
            Assert.True(writes[i].IsDefiniteRefusal || writes[i].IsUnknownOutcome, $"SET in shard {i}: {writes[i]}");
            if (writes[i].IsUnknownOutcome) Assert.Matches($"^UNKNOWN outcome unknown, shard={i} term=[0-9]+ lsn=([0-9]+|[?])$", writes[i].Text);
            var read = await clients[shards + i].ReceiveAsync();
            Assert.True(read.IsDefiniteRefusal, $"GET in shard {i}: {read}");
        }

        output.WriteLine($"answered after {clock.Elapsed.TotalMilliseconds:F0} ms: {string.Join("; ", writes.Select(reply => reply.Text).Distinct())}");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, 3 * ThreeNodes.WriteTimeout);
        foreach (var each in clients) each.Dispose();
        Assert.Equal("PONG", (await client.CallAsync("PING")).Text);

        await dead[0].StartAsync();
        await cluster.IsLedByTheLivingAsync();
        for (int i = 0; i < shards; i++)
        {
            Assert.Equal("1", (await client.AnswerAsync("GET", $"{tags[i]}:before")).Text);
            var during = await client.AnswerAsync("GET", $"{tags[i]}:during");
            Assert.False(during.Kind == ReplyKind.Error, during.ToString());
            if (writes[i].IsDefiniteRefusal) Assert.True(during.Kind == ReplyKind.Nil, $"shard {i} has what it refused with {writes[i]}");
            Assert.Equal("OK", (await client.AnswerAsync("SET", $"{tags[i]}:after", "3")).Text);
        }
    });

    /// <summary>
    /// Commands wait in the stopped leader's sockets; when it goes on it reads them before it hears that others lead, and must
    /// not answer from what it knew.
    /// </summary>
    [Fact]
    public Task A_leader_that_slept_answers_nothing_stale_loses_nothing_and_rejoins() => shared.RunAsync(output, async cluster =>
    {
        var sleeper = await cluster.LeaderOfMostAsync();
        var topology = await sleeper.TopologyAsync();
        int shards = topology.Shards.Length;
        string[] tags = [.. topology.Shards.Where(shard => shard.Leader == sleeper.Name).Select(shard => Keys.TagOf(shard.Shard, shards))];
        using var atSleeper = sleeper.Connect();
        using var atOther = cluster.Except(sleeper)[0].Connect();
        foreach (string tag in tags) Assert.Equal("OK", (await atSleeper.AnswerAsync("SET", $"{tag}:register", "old")).Text);

        sleeper.Process!.Send(Signal.Stop);
        var asleep = Stopwatch.StartNew();
        var awake = cluster.Except(sleeper);
        string[] names = [.. awake.Select(node => node.Name)];
        var led = await Poll.UntilAsync("the others lead every shard", async () => (await awake[0].TopologyAsync()).NotLedBy(names) ?? (await awake[1].TopologyAsync()).NotLedBy(names));
        await using var load = new WriteLoad(awake.Select(node => node.RespPort), $"asleep{Stopwatch.GetTimestamp()}");
        await load.MoreAsync(Scale.Writes);
        foreach (string tag in tags) Assert.Equal("OK", (await atOther.AnswerAsync("SET", $"{tag}:register", "new")).Text);
        foreach (string tag in tags)
        {
            await atSleeper.SendAsync("GET", $"{tag}:register");
            await atSleeper.SendAsync("SET", $"{tag}:queued", "1");
        }

        await Poll.UntilAsync($"{sleeper.Name} is down", async () =>
        {
            var statuses = await Task.WhenAll(awake.Select(async node => (await node.TopologyAsync()).Nodes.First(row => row.Name == sleeper.Name).Status));
            return statuses.All(status => status == "down") ? null : string.Join(", ", statuses);
        });
        await Poll.UntilAsync("the pause is over", () => asleep.Elapsed > Scale.Pause);
        sleeper.Process.Send(Signal.Continue);

        var outcomes = new List<Write>();
        foreach (string tag in tags)
        {
            var read = await atSleeper.ReceiveAsync();
            Assert.True(read.Text == "new" || read.IsDefiniteRefusal, $"GET {tag}:register: {read}");
            var written = await atSleeper.ReceiveAsync();
            Assert.True(written.IsOk || written.IsDefiniteRefusal || written.IsUnknownOutcome, $"SET {tag}:queued: {written}");
            outcomes.Add(new Write($"{tag}:queued", written.IsOk ? WriteOutcome.Acknowledged : written.IsDefiniteRefusal ? WriteOutcome.Refused : WriteOutcome.Unknown));
        }

        var whole = Stopwatch.StartNew();
        var writes = await load.StopAsync();
        await cluster.IsWholeAsync();
        await Poll.UntilAsync("all nodes are up again", async () =>
            (await awake[0].TopologyAsync()).Nodes.Where(node => node.Status != "up").Select(node => $"{node.Name} is {node.Status}").FirstOrDefault());
        output.WriteLine($"others led after {led.TotalMilliseconds:F0} ms; asleep for {asleep.Elapsed.TotalSeconds:F1} s; whole {whole.Elapsed.TotalMilliseconds:F0} ms after the answers; {load.Acknowledged} acknowledged, {outcomes.Count(write => write.Outcome == WriteOutcome.Acknowledged)} of {outcomes.Count} queued writes");
        await WriteLoad.VerifyAsync(atOther, writes);
        foreach (var (key, outcome) in outcomes)
        {
            var reply = await atOther.AnswerAsync("GET", key);
            Assert.False(reply.Kind == ReplyKind.Error, $"GET {key}: {reply}");
            if (outcome == WriteOutcome.Acknowledged) Assert.Equal("1", reply.Text);
            if (outcome == WriteOutcome.Refused) Assert.True(reply.Kind == ReplyKind.Nil, $"the write of {key} was refused for certain, and is there");
        }

        Assert.True((await atSleeper.CallAsync("READONLY")).IsOk);
        await WriteLoad.VerifyAsync(atSleeper, writes);
    });
}
