using System.Net.Sockets;
using System.Text;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>Clients that mean ill or know no better: the node lives, and all others are served meanwhile.</summary>
[Collection(SharedClusterUsers.Name)]
public class ClientScenarios(SharedCluster shared, ITestOutputHelper output)
{
    [Fact]
    public Task Random_bytes_do_not_bring_the_node_down() => shared.RunAsync(output, async cluster =>
    {
        var node = cluster.All[0];
        var random = new Random(7);
        for (int i = 0; i < 100; i++)
        {
            using var client = node.Connect();
            // Half of them look like a command at first.
            byte[] head = i % 2 == 0 ? Encoding.ASCII.GetBytes($"*{random.Next(5)}\r\n$") : [];
            var bytes = new byte[random.Next(head.Length, 4_000)];
            random.NextBytes(bytes);
            head.CopyTo(bytes, 0);
            try
            {
                await client.SendRawAsync(bytes);
            }
            catch (SocketException)
            {
                // Refused before it was through.
            }
        }

        await OthersAreServedAsync(node);
    });

    [Fact]
    public Task Half_a_command_holds_up_nobody_else() => shared.RunAsync(output, async cluster =>
    {
        var node = cluster.All[1];
        using var half = node.Connect();
        await half.SendRawAsync("*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$5\r\nva"u8.ToArray());
        await OthersAreServedAsync(node);
        await half.SendRawAsync("lue\r\n"u8.ToArray());
        var reply = await half.ReceiveAsync();
        if (!reply.IsOk) reply = await half.AnswerAsync("SET", "half", "value");
        Assert.Equal("OK", reply.Text);
        Assert.Equal("value", (await half.AnswerAsync("GET", "half")).Text);
    });

    [Fact]
    public Task A_header_of_100_MB_takes_no_memory_and_is_refused() => shared.RunAsync(output, async cluster =>
    {
        var node = cluster.All[2];
        long before = ResidentBytes(node);
        var clients = new List<RespClient>();
        for (int i = 0; i < 20; i++)
        {
            var client = node.Connect();
            clients.Add(client);
            await client.SendRawAsync("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000000\r\n"u8.ToArray());
        }

        foreach (var client in clients) Assert.StartsWith("ERR Protocol error", (await client.ReceiveAsync()).Text);
        await OthersAreServedAsync(node);
        Assert.InRange(ResidentBytes(node) - before, long.MinValue, 64 << 20);
        clients.ForEach(client => client.Dispose());
    });

    [Fact]
    public Task A_thousand_idle_connections_leave_room_for_others() => shared.RunAsync(output, async cluster =>
    {
        var node = cluster.All[0];
        var idle = new List<RespClient>();
        try
        {
            for (int i = 0; i < 1_000; i++) idle.Add(node.Connect());
            await OthersAreServedAsync(node);
            Assert.Equal("PONG", (await idle[^1].CallAsync("PING")).Text);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    });

    private static async Task OthersAreServedAsync(Member node)
    {
        using var client = node.Connect();
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal("OK", (await client.AnswerAsync("SET", $"other{i}", "1")).Text);
            Assert.Equal("1", (await client.AnswerAsync("GET", $"other{i}")).Text);
        }

        Assert.True(node.Runs, $"{node.Name} is gone");
    }

    private static long ResidentBytes(Member node)
    {
        string line = File.ReadLines($"/proc/{node.Process!.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
