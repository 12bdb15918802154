using System.Net;
using System.Net.Sockets;
using System.Text;
using Cluster.Node.Configuration;
using Cluster.Node.Hosting;
using Cluster.Node.Http;
using Cluster.Node.Resp;
using Cluster.Node.Tests.Resp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Cluster.Node.Tests.Http;

public class ListenersTests
{
    private readonly NodeHealth _health = new();
    private readonly RespServices _services = new(Guid.NewGuid(), "node-1", "1.2.3", Routing.Forward, new FixedTopology(), new RespMetrics());

    [Fact]
    public async Task Both_ports_answer_and_readiness_says_why_it_is_missing()
    {
        await using var listeners = await StartAsync("cluster.resp.port=0", "cluster.http.port=0");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{listeners.HttpPort}") };

        Assert.Equal("live\n", await client.GetStringAsync("/health/live"));
        _health.NotReadyBecause = "waiting for node-2";
        var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("not ready: waiting for node-2\n", await ready.Content.ReadAsStringAsync());
        _health.NotReadyBecause = null;
        Assert.Equal("ready\n", await client.GetStringAsync("/health/ready"));
        Assert.StartsWith("{\"epoch\":0,", await client.GetStringAsync("/api/topology"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync("/metrics", null)).StatusCode);

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, listeners.RespPort);
        await socket.GetStream().WriteAsync("PING\r\nQUIT\r\n"u8.ToArray());
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        Assert.StartsWith("-LOADING", await reader.ReadLineAsync());
        Assert.Equal("+OK", await reader.ReadLineAsync());
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Metrics_are_lines_that_Prometheus_reads()
    {
        var shards = new FakeShards(2);
        _services.Backend = new RespBackend(shards.Router, shards.Directory);
        await using var listeners = await StartAsync("cluster.resp.port=0", "cluster.http.port=0");
        using var client = new HttpClient();
        var response = await client.GetAsync($"http://127.0.0.1:{listeners.HttpPort}/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var typed = new HashSet<string>();
        foreach (string line in (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) Assert.True(typed.Add(line.Split(' ')[2]), $"declared twice: {line}");
            if (line[0] == '#') continue;
            Assert.Matches(@"^[a-z_]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")?\})? -?[0-9][0-9.E+-]*$", line);
            Assert.Contains(line.Split('{', ' ')[0], typed);
        }

        Assert.Contains("cluster_shard_commit_lsn", typed);
        Assert.Contains("cluster_link_dropped_total", typed);
    }

    [Fact]
    public async Task The_registry_of_replicas_has_every_shard_also_before_anything_is_known_of_it()
    {
        await using var listeners = await StartAsync("cluster.resp.port=0", "cluster.http.port=0");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{listeners.HttpPort}") };
        Assert.Equal("""{"node":"node-1","links":[],"shards":[]}""", await client.GetStringAsync("/replication"));
        var shards = new FakeShards(2);
        _services.Backend = new RespBackend(shards.Router, shards.Directory);
        string shard = """{"shard":#,"term":0,"leader":null,"view":"none","parked":false,"headLsn":0,"commitLsn":0,"safeReplayLsn":0,"commitHeldBy":null,"waitingBatches":0,"sessions":0,"elections":0,"leaderChanges":0,"transfers":0,"transfersFailed":0,"recordsCut":0,"replicas":[]}""";
        Assert.Equal($$"""{"node":"node-1","links":[],"shards":[{{shard.Replace("#", "0")}},{{shard.Replace("#", "1")}}]}""", await client.GetStringAsync("/api/replication"));
    }

    [Theory]
    [InlineData("cluster.resp.port", "cluster.http.port")]
    [InlineData("cluster.http.port", "cluster.resp.port")]
    public async Task An_occupied_port_is_a_refusal_that_names_its_key(string occupied, string free)
    {
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => StartAsync($"{occupied}={port}", $"{free}=0"));
        other.Stop();
        Assert.Equal($"{occupied}: 127.0.0.1:{port} is in use by another program", refusal.Message);
    }

    private Task<Listeners> StartAsync(params string[] definitions) =>
        Listeners.StartAsync(SettingsLoader.Load([], definitions, null).Settings, _services, _health, NullLoggerFactory.Instance);
}
