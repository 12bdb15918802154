using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>Planned stops: clients see closed connections and definite refusals at most.</summary>
[Collection(SharedClusterUsers.Name)]
public class RollingRestartScenarios(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public Task All_nodes_are_restarted_in_turn_and_no_client_sees_an_error() => shared.RunAsync(output, async cluster =>
    {
        await using var load = new RetryingLoad(cluster.All.Select(node => node.RespPort), $"rolling{Stopwatch.GetTimestamp()}");
        foreach (var node in cluster.All)
        {
            await load.MoreAsync(100);
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
        output.WriteLine($"{load.Acknowledged} acknowledged, {load.Refusals} refused and repeated, {load.Closed} connections closed, longest pause {load.LongestPause.TotalMilliseconds:F0} ms");
        using var client = cluster.All[0].Connect();
        await load.VerifyAsync(client);
    });
}
