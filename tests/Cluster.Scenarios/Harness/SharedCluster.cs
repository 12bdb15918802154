using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// The three nodes that most scenarios use one after the other. Each begins with the whole cluster again; after a failure the logs are printed and the
/// next scenario gets a new cluster.
/// </summary>
public sealed class SharedCluster : IDisposable
{
    private ThreeNodes? _nodes;

    internal async Task RunAsync(ITestOutputHelper output, Func<ThreeNodes, Task> scenario)
    {
        if (_nodes is null)
        {
            _nodes = new ThreeNodes();
            await OrShowLogsAsync(output, nodes => nodes.StartAsync());
        }

        await OrShowLogsAsync(output, nodes => nodes.MakeWholeAsync());
        await OrShowLogsAsync(output, scenario);
    }

    public void Dispose() => _nodes?.Dispose();

    private async Task OrShowLogsAsync(ITestOutputHelper output, Func<ThreeNodes, Task> step)
    {
        try
        {
            await step(_nodes!);
            if (Environment.GetEnvironmentVariable("CLUSTER_SCENARIOS_LOGS") is not null) output.WriteLine(_nodes!.Logs());
        }
        catch (Exception failure)
        {
            output.WriteLine(_nodes!.Logs());
            // Again behind the logs: whoever keeps only the end of a long output keeps the cause.
            output.WriteLine(failure.ToString());
            _nodes.Dispose();
            _nodes = null;
            throw;
        }
    }
}

[CollectionDefinition(Name)]
public class SharedClusterUsers : ICollectionFixture<SharedCluster>
{
    public const string Name = "shared cluster";
}
