using System.Text;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class ConnectionTests
{
    [Fact]
    public async Task Replies_keep_the_order_of_the_commands_when_a_later_shard_is_faster()
    {
        var shards = new FakeShards(4);
        await using var client = new RespClient(shards);
        Assert.Equal("+OK", await client.CallAsync("SET", "foo", "1")); // slot 12182, shard 2
        Assert.Equal("+OK", await client.CallAsync("SET", "hello", "2")); // slot 866, shard 0
        shards.Hold(2);
        await client.SendAsync(RespClient.Encode("GET", "foo"));
        Assert.True(await shards.ArrivedAsync());
        await client.SendAsync(RespClient.Encode("GET", "hello") + RespClient.Encode("PING"));
        shards.LetGo(2);
        Assert.Equal("$1|1", await client.ReplyAsync());
        Assert.Equal("$1|2", await client.ReplyAsync());
        Assert.Equal("+PONG", await client.ReplyAsync());
    }

    [Fact]
    public async Task A_command_cut_anywhere_is_answered_once_it_is_whole()
    {
        await using var client = new RespClient(new FakeShards());
        string bytes = RespClient.Encode("SET", "k", "v") + RespClient.Encode("GET", "k") + "PING\r\n";
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            await client.SendAsync(bytes[..cut]);
            await client.SendAsync(bytes[cut..]);
            Assert.Equal("+OK", await client.ReplyAsync());
            Assert.Equal("$1|v", await client.ReplyAsync());
            Assert.Equal("+PONG", await client.ReplyAsync());
        }
    }

    [Fact]
    public async Task A_large_value_arrives_whole()
    {
        await using var client = new RespClient(new FakeShards());
        string value = new('x', 3_000_000);
        Assert.Equal("+OK", await client.CallAsync("SET", "k", value));
        Assert.Equal($"$3000000|{value}", await client.CallAsync("GET", "k"));
        Assert.Equal("+PONG", await client.CallAsync("PING"));
    }

    [Fact]
    public async Task A_protocol_error_is_answered_after_what_came_before_it_and_ends_the_connection()
    {
        await using var client = new RespClient(new FakeShards());
        await client.SendAsync(RespClient.Encode("SET", "k", "v") + "*1\r\n$100000000\r\n" + RespClient.Encode("PING"));
        Assert.Equal("+OK", await client.ReplyAsync());
        Assert.Equal("-ERR Protocol error: invalid bulk length", await client.ReplyAsync());
        await client.Ended;
        Assert.Equal(1, client.Services.Metrics.ProtocolErrors);
    }

    [Fact]
    public async Task QUIT_answers_what_came_before_and_nothing_after()
    {
        await using var client = new RespClient(new FakeShards());
        await client.SendAsync("PING\r\nQUIT\r\nPING\r\n");
        Assert.Equal("+PONG", await client.ReplyAsync());
        Assert.Equal("+OK", await client.ReplyAsync());
        await client.Ended;
        await Assert.ThrowsAsync<EndOfStreamException>(client.ReplyAsync);
    }

    [Fact]
    public async Task A_client_that_stops_sending_still_gets_its_replies()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        shards.Hold(0);
        await client.SendAsync(RespClient.Encode("SET", "k", "v"));
        Assert.True(await shards.ArrivedAsync());
        client.CloseOutput();
        shards.LetGo(0);
        Assert.Equal("+OK", await client.ReplyAsync());
        await client.Ended;
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_served_without_bound()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        Assert.Equal("+OK", await client.CallAsync("SET", "k", new string('x', 10_000)));
        string gets = string.Concat(Enumerable.Repeat(RespClient.Encode("GET", "k"), 1000));
        int sent = 0;
        while (sent < 1000 && client.TrySend(gets)) sent++;
        Assert.InRange(sent, 1, 999); // a million replies of 10 kB would be 10 GB
        for (int i = 0; i < 1000; i++) Assert.StartsWith("$10000|", await client.ReplyAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_gives_its_batches_back_when_they_come()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        shards.Hold(0);
        await client.SendAsync(RespClient.Encode("SET", "k", "v"));
        Assert.True(await shards.ArrivedAsync());
        client.Abort();
        shards.LetGo(0);
        await client.Ended;
    }

    [Fact]
    public async Task A_node_that_stops_answers_what_it_has_read_and_closes()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        shards.Hold(0);
        await client.SendAsync(RespClient.Encode("SET", "k", "v"));
        Assert.True(await shards.ArrivedAsync());
        client.Stop();
        shards.LetGo(0);
        Assert.Equal("+OK", await client.ReplyAsync());
        await client.Ended;
    }

    [Fact]
    public async Task At_most_a_few_rounds_wait_for_one_client()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        shards.Hold(0);
        for (int i = 0; i < 8; i++)
        {
            await client.SendAsync(RespClient.Encode("GET", "k"));
            Assert.True(await shards.ArrivedAsync());
        }

        await client.SendAsync(RespClient.Encode("GET", "k"));
        Assert.Equal(8, shards.HeldBatches(0));
        shards.LetGo(0);
        for (int i = 0; i < 9; i++) Assert.Equal("$-1", await client.ReplyAsync());
    }

    [Fact]
    public async Task Random_bytes_end_one_connection_and_nothing_else()
    {
        var shards = new FakeShards();
        var random = new Random(3);
        for (int run = 0; run < 50; run++)
        {
            await using var client = new RespClient(shards);
            byte[] noise = new byte[300];
            random.NextBytes(noise);
            noise[0] = (byte)'*';
            await client.SendAsync(Encoding.Latin1.GetString(noise) + "\r\n");
            Assert.StartsWith("-ERR", await client.ReplyAsync());
        }
    }
}
