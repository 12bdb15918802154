using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>
/// From one build to another and back, node by node, under load. CLUSTER_OTHER_PROGRAM names the other build; without it both are this one, and the test is
/// that of a rolling restart.
/// </summary>
[Collection(SharedClusterUsers.Name)]
public class UpgradeScenarios(SharedCluster shared, ITestOutputHelper output)
{
    /// <summary>What a node says to, and of, one whose messages it could misread.</summary>
    private const string Refusal = "run the same version on both";

    private static readonly string? Other = Environment.GetEnvironmentVariable("CLUSTER_OTHER_PROGRAM") is { Length: > 0 } program ? program : null;

    [Fact]
    public async Task Node_by_node_into_another_build_and_back_loses_no_acknowledged_write()
    {
        if (Other is null)
        {
            await shared.RunAsync(output, RollAsync);
            return;
        }

        using var cluster = new ThreeNodes();
        foreach (var node in cluster.All) node.Program = Other;
        try
        {
            await cluster.StartAsync();
            await cluster.IsWholeAsync();
            await RollAsync(cluster);
        }
        catch
        {
            output.WriteLine(cluster.Logs());
            throw;
        }
    }

    private async Task RollAsync(ThreeNodes cluster)
    {
        await using var load = cluster.Load("upgrade");
        await load.MoreAsync(Scale.Writes);
        await RollAsync(cluster, load, null, "to this build");
        if (Other is not null) await RollAsync(cluster, load, Other, "back");
        var writes = await load.StopAsync();
        await cluster.IsWholeAsync();
        output.WriteLine($"{writes.Count} writes, {load.Acknowledged} acknowledged, {writes.Count(write => write.Outcome == WriteOutcome.Refused)} refused, {writes.Count(write => write.Outcome == WriteOutcome.Unknown)} of unknown outcome; longest pause {load.LongestPause.TotalMilliseconds:F0} ms");
        using var client = cluster.All[0].Connect();
        await WriteLoad.VerifyAsync(client, writes);
    }

    /// <summary>
    /// Builds that understand each other serve all the time. Where they do not, they say so and nothing is mixed: the shards wait until a majority runs the
    /// same build.
    /// </summary>
    private async Task RollAsync(ThreeNodes cluster, WriteLoad load, string? program, string where)
    {
        bool refused = false;
        // The short form is one node that leaves and comes back.
        foreach (var node in Scale.Long || Other is not null ? cluster.All : [await cluster.LeaderOfMostAsync()])
        {
            node.Process!.Send(Signal.Terminate);
            Assert.Equal(0, await node.Process.ExitCodeAsync());
            string? before = node.Program;
            node.Program = program;
            node.Start();
            await Poll.UntilAsync($"{node.Name} is ready or refused", () => refused || node.Process!.Output.Any(IsReady) || !node.Process.Runs || (refused = cluster.All.Any(Refuses)));
            if (!node.Process!.Runs)
            {
                // The build does not read what the other has written: it says so, and the node goes on with the other.
                Assert.Equal(2, await node.Process.ExitCodeAsync());
                output.WriteLine($"{where}: {node.Name} did not start: {Assert.Single(node.Process.Errors)}");
                node.Program = before;
                await node.StartAsync();
                await cluster.IsWholeUnderLoadAsync();
                return;
            }

            if (refused) continue;
            await cluster.IsWholeUnderLoadAsync();
            await load.MoreAsync(Scale.Writes / 5);
        }

        await cluster.IsWholeUnderLoadAsync();
        await load.MoreAsync(Scale.Writes / 5);
        output.WriteLine($"{where}: {(refused ? "the builds refused each other, and went on once the last was replaced" : "mixed, without a refusal")}");
    }

    private static bool IsReady(string line) => line.StartsWith("ready ", StringComparison.Ordinal);

    private static bool Refuses(Member node) => node.Process!.Output.Concat(node.Process.Errors).Any(line => line.Contains(Refusal, StringComparison.Ordinal));
}
