using System.Diagnostics;
using System.Globalization;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

public class StartScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task The_first_seed_gone_for_good_keeps_nobody_from_starting()
    {
        using var cluster = new ThreeNodes();
        try
        {
            await cluster.StartAsync();
            IReadOnlyList<Write> writes;
            await using (var load = cluster.Load("before"))
            {
                await load.MoreAsync(Scale.Writes);
                writes = await load.StopAsync();
            }

            var clock = Stopwatch.StartNew();
            foreach (var node in cluster.All) node.Process!.Send(Signal.Terminate);
            foreach (var node in cluster.All)
            {
                Assert.Equal(0, await node.Process!.ExitCodeAsync());
                Assert.False(File.Exists(Path.Combine(node.Folder, "node.pid")));
            }

            output.WriteLine($"stopped after {clock.Elapsed.TotalMilliseconds:F0} ms");
            Directory.Move(cluster.All[0].Folder, cluster.All[0].Folder + ".gone");
            clock.Restart();
            await Task.WhenAll(cluster.All[1].StartAsync(), cluster.All[2].StartAsync());
            output.WriteLine($"ready after {clock.Elapsed.TotalMilliseconds:F0} ms, all shards led {(await cluster.IsLedByTheLivingAsync()).TotalMilliseconds:F0} ms after the ready lines");
            using var client = cluster.All[1].Connect();
            await WriteLoad.VerifyAsync(client, writes);
            for (int i = 0; i < 16; i++) Assert.Equal("OK", (await client.AnswerAsync("SET", $"after{i}", "1")).Text);
        }
        catch
        {
            output.WriteLine(cluster.Logs());
            throw;
        }
    }

    [Fact]
    public async Task The_nodes_of_a_local_cluster_end_with_it_however_it_ends()
    {
        using var folder = new Folder();
        int resp = Ports.TakeRange(3), http = Ports.TakeRange(3), remoting = Ports.TakeRange(3);
        var log = new NodeLog("local");
        using var local = NodeProcess.Start(
            log, "local", "--nodes", "3", "--data", folder.Path,
            "-D", $"cluster.resp.port={resp}", "-D", $"cluster.http.port={http}", "-D", $"akka.remote.dot-netty.tcp.port={remoting}");
        try
        {
            await local.LinesAsync("cluster ready", lines => lines.Contains("cluster ready nodes=3"));
            var ready = local.Output.Where(line => line.StartsWith("ready ", StringComparison.Ordinal)).Select(ReadyLine.Parse).OrderBy(line => line.Name).ToArray();
            Assert.Equal(["node-1", "node-2", "node-3"], ready.Select(line => line.Name));
            for (int i = 0; i < 3; i++) Assert.Equal((resp + i, http + i, remoting + i), (ready[i].Resp.Port, ready[i].Http.Port, ready[i].Remoting.Port));

            int[] nodes = [.. Enumerable.Range(1, 3).Select(i => int.Parse(File.ReadAllText(Path.Combine(folder.Path, $"node-{i}", "node.pid")), CultureInfo.InvariantCulture))];
            using (var client = RespClient.Connect(resp + 1)) Assert.Equal("OK", (await client.AnswerAsync("SET", "key", "value")).Text);
            Assert.All(nodes, node => Assert.True(Signals.Lives(node)));

            await local.KillAsync();
            await Poll.UntilAsync("the nodes ended", () => !nodes.Any(Signals.Lives));
        }
        catch
        {
            output.WriteLine(log.Tail());
            throw;
        }
    }
}
