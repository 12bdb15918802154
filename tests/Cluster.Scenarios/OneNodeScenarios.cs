using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

public class OneNodeScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task One_node_keeps_what_it_acknowledged_over_kill_9_in_the_middle_of_writes()
    {
        using var folder = new Folder();
        using var node = new Member("node-1", folder.Path, 0);
        try
        {
            var all = new List<Write>();
            for (int round = 0; round < Scale.Rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                await node.StartAsync();
                output.WriteLine($"ready after {clock.Elapsed.TotalMilliseconds:F0} ms");
                await using var load = new WriteLoad([node.RespPort], $"round{round}");
                await load.MoreAsync(Scale.Writes);
                await node.KillAsync();
                all.AddRange(await load.StopAsync());
            }

            await node.StartAsync();
            using var client = node.Connect();
            await WriteLoad.VerifyAsync(client, all);
            output.WriteLine($"{all.Count} writes, {all.Count(write => write.Outcome == WriteOutcome.Acknowledged)} acknowledged");
            Assert.Equal(node.Process!.Id.ToString(), File.ReadAllText(Path.Combine(folder.Path, "node.pid")).Trim());
        }
        catch
        {
            output.WriteLine(node.Log.Tail());
            throw;
        }
    }
}
