using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Cluster.Node.Tests.Processes;

public class OneNodeTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_after_kill_9()
    {
        using var folder = new TemporaryFolder();
        using (var node = NodeProcess.StartNode(folder.Path))
        {
            var ready = await node.ReadyAsync();
            using var client = await LineClient.ConnectAsync(ready.Resp);
            for (int i = 0; i < 50; i++) Assert.Equal("+OK", await client.CallAsync($"SET key{i} value{i}"));
            Assert.Equal(":1", await client.CallAsync("DEL key7"));
            Assert.Equal(node.Id.ToString(), File.ReadAllText(Path.Combine(folder.Path, "node.pid")).Trim());
            node.Kill();
            await node.ExitCodeAsync();
        }

        using var again = NodeProcess.StartNode(folder.Path);
        using var reader = await LineClient.ConnectAsync((await again.ReadyAsync()).Resp);
        Assert.Equal(":49", await reader.CallAsync("DBSIZE"));
        Assert.Equal("$-1", await reader.CallAsync("GET key7"));
        for (int i = 0; i < 50; i++)
            if (i != 7) Assert.Equal($"value{i}", await reader.CallAsync($"GET key{i}"));
    }

    [Fact]
    public async Task SIGTERM_ends_the_node_with_code_0_and_nothing_on_stdout_but_the_ready_line()
    {
        using var folder = new TemporaryFolder();
        using var node = NodeProcess.StartNode(folder.Path, "cluster.node-name=n7", "cluster.shards=2");
        var ready = await node.ReadyAsync();
        Assert.Equal("n7", ready.Name);
        using (var http = new HttpClient())
        {
            Assert.Equal("ready\n", await http.GetStringAsync($"http://{ready.Http}/health/ready"));
            string topology = await http.GetStringAsync($"http://{ready.Http}/api/topology");
            Assert.Contains($"\"name\":\"n7\",\"remote\":\"akka.tcp://cluster@{ready.Remoting}\",\"resp\":\"{ready.Resp}\",\"http\":\"{ready.Http}\"", topology);
            Assert.Contains("\"shard\":1,\"term\":", topology);
        }

        node.Terminate();
        Assert.Equal(0, await node.ExitCodeAsync());
        await Assert.ThrowsAsync<EndOfStreamException>(node.LineAsync);
        Assert.False(File.Exists(Path.Combine(folder.Path, "node.pid")));
    }

    [Fact]
    public async Task A_second_node_on_the_same_folder_refuses_with_one_line()
    {
        using var folder = new TemporaryFolder();
        using var node = NodeProcess.StartNode(folder.Path);
        await node.ReadyAsync();
        using var second = NodeProcess.StartNode(folder.Path);
        Assert.Equal(2, await second.ExitCodeAsync());
        Assert.Equal($"cluster: data folder {folder.Path} is in use by process {node.Id}\n", second.Errors);
    }

    [Theory]
    [InlineData("cluster.resp.port")]
    [InlineData("cluster.http.port")]
    [InlineData("akka.remote.dot-netty.tcp.port")]
    public async Task An_occupied_port_is_one_line_and_code_2(string key)
    {
        using var folder = new TemporaryFolder();
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var node = NodeProcess.StartNode(folder.Path, $"{key}={port}");
        Assert.Equal(2, await node.ExitCodeAsync());
        other.Stop();
        Assert.Equal($"cluster: {key}: 127.0.0.1:{port} is in use by another program\n", node.Errors);
    }

    [Fact]
    public async Task The_nodes_of_a_local_cluster_end_when_it_is_killed()
    {
        using var folder = new TemporaryFolder();
        int port = FreePort();
        using var cluster = NodeProcess.Start("local", "--nodes", "1", "--data", folder.Path, "-D", "cluster.resp.port=0", "-D", "cluster.http.port=0", "-D", $"akka.remote.dot-netty.tcp.port={port}");
        var ready = await cluster.ReadyAsync();
        Assert.Equal("node-1", ready.Name);
        Assert.Equal("cluster ready nodes=1", await cluster.LineAsync());
        using var client = await LineClient.ConnectAsync(ready.Resp);
        Assert.Equal("+PONG", await client.CallAsync("PING"));

        cluster.Kill();

        Assert.Null(await client.LineAsync());
    }

    [Fact]
    public async Task A_local_cluster_stops_its_nodes_on_SIGTERM()
    {
        using var folder = new TemporaryFolder();
        int port = FreePort();
        using var cluster = NodeProcess.Start("local", "--nodes", "1", "--data", folder.Path, "-D", "cluster.resp.port=0", "-D", "cluster.http.port=0", "-D", $"akka.remote.dot-netty.tcp.port={port}");
        await cluster.ReadyAsync();
        cluster.Terminate();
        Assert.Equal(0, await cluster.ExitCodeAsync());
        Assert.False(File.Exists(Path.Combine(folder.Path, "node-1", "node.pid")));
        Assert.Contains("node-1 | ", cluster.Errors);
    }

    /// <summary>Free a moment ago; `local` needs the number beforehand.</summary>
    private static int FreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
