using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>Planned stops: clients see closed connections and definite refusals at most.</summary>
[Collection(SharedClusterUsers.Name)]
public class RollingRestartScenarios(SharedCluster shared, ITestOutputHelper output)
{
    /// <summary>
    /// An unknown outcome is an error, unless some shard has held an election that nobody had planned: on a machine without air a leader is missed though it
    /// lives, and that is another matter.
    /// </summary>
    [Fact]
    public Task Nodes_are_restarted_in_turn_and_no_client_sees_an_error() => shared.RunAsync(output, async cluster =>
    {
        long termsBefore = (await cluster.All[0].TopologyAsync()).Shards.Sum(shard => shard.Term);
        int planned = 0;
        await using var load = new RetryingLoad(cluster.All.Select(node => node.RespPort), $"rolling{Stopwatch.GetTimestamp()}");
        // The short form is one node that leaves and comes back.
        foreach (var node in Scale.Long ? cluster.All : [await cluster.LeaderOfMostAsync()])
        {
            await load.MoreAsync(100);
            planned += (await node.TopologyAsync()).LedBy(node.Name);
            var clock = Stopwatch.StartNew();
            node.Process!.Send(Signal.Terminate);
            Assert.Equal(0, await node.Process.ExitCodeAsync());
            var stopped = clock.Elapsed;
            await load.MoreAsync(100);
            await node.StartAsync();
            await cluster.IsWholeUnderLoadAsync();
            output.WriteLine($"{node.Name} ended after {stopped.TotalMilliseconds:F0} ms and was back after {clock.Elapsed.TotalMilliseconds:F0} ms");
        }

        await load.MoreAsync(100);
        await load.StopAsync();
        long unplanned = (await cluster.All[0].TopologyAsync()).Shards.Sum(shard => shard.Term) - termsBefore - planned;
        output.WriteLine($"{load.Acknowledged} acknowledged, {load.Refusals} refused and repeated, {load.Unknown} unknown, {load.Closed} connections closed, {planned} planned and {unplanned} other elections, longest pause {load.LongestPause.TotalMilliseconds:F0} ms");
        if (unplanned <= 0) Assert.Equal(0, load.Unknown);
        using var client = cluster.All[0].Connect();
        await load.VerifyAsync(client);
    });
}
