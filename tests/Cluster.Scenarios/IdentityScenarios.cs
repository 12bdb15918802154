using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>A node that is not what it is taken for refuses to start: one line on stderr that says why, exit code 2.</summary>
[Collection(SharedClusterUsers.Name)]
public class IdentityScenarios(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public Task A_node_with_the_folder_of_another_cluster_refuses() => shared.RunAsync(output, async cluster =>
    {
        using var folder = new Folder();
        using (var elsewhere = new Member("node-4", folder.Path, 0, "cluster.shards=1"))
        {
            await elsewhere.StartAsync();
            elsewhere.Process!.Send(Signal.Terminate);
            Assert.Equal(0, await elsewhere.Process.ExitCodeAsync());
        }

        using var stranger = new Member("node-4", folder.Path, 0, cluster.SeedNodes);
        string line = await RefusalAsync(stranger);
        Assert.Contains("belongs to cluster", line, StringComparison.Ordinal);
        await IsUnharmedAsync(cluster);
    });

    [Fact]
    public Task A_node_with_the_copied_identity_of_a_living_one_refuses() => shared.RunAsync(output, async cluster =>
    {
        var original = cluster.All[2];
        using var folder = new Folder();
        await CopyAsync(original.Folder, folder.Path);
        File.Delete(Path.Combine(folder.Path, "node.pid"));

        using var copy = new Member("node-4", folder.Path, 0, cluster.SeedNodes);
        Assert.Contains("already runs", await RefusalAsync(copy), StringComparison.Ordinal);
        await IsUnharmedAsync(cluster);
        Assert.True(original.Runs);
    });

    [Fact]
    public Task A_node_with_the_name_of_a_living_one_refuses() => shared.RunAsync(output, async cluster =>
    {
        using var folder = new Folder();
        using var namesake = new Member("node-1", folder.Path, 0, cluster.SeedNodes);
        Assert.Contains("node-1", await RefusalAsync(namesake), StringComparison.Ordinal);
        await IsUnharmedAsync(cluster);
    });

    private async Task<string> RefusalAsync(Member node)
    {
        try
        {
            Assert.Equal(2, await node.Start().ExitCodeAsync());
            Assert.Empty(node.Process!.Output);
            string line = Assert.Single(node.Process.Errors, line => line.StartsWith("cluster: ", StringComparison.Ordinal));
            output.WriteLine(line);
            return line;
        }
        catch
        {
            output.WriteLine(node.Log.Tail());
            throw;
        }
    }

    private static async Task IsUnharmedAsync(ThreeNodes cluster)
    {
        await cluster.IsWholeAsync();
        var topology = await cluster.All[0].TopologyAsync();
        Assert.Equal(["node-1", "node-2", "node-3"], topology.Nodes.Select(node => node.Name).Order());
        using var client = cluster.All[0].Connect();
        for (int i = 0; i < 8; i++) Assert.Equal("OK", (await client.AnswerAsync("SET", $"unharmed{i}", "1")).Text);
    }

    /// <summary>As an operator would; a running node's lock does not hinder it.</summary>
    private static async Task CopyAsync(string from, string to)
    {
        using var copy = Process.Start("cp", ["-r", from + "/.", to]);
        await copy.WaitForExitAsync();
    }
}
