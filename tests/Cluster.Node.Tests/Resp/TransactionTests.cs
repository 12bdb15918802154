using System.Text;
using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Node.Tests.Resp;

/// <summary>MULTI, EXEC and WATCH where they are not those of a Redis alone: several shards, pipelines, time-outs, other connections.</summary>
public class TransactionTests
{
    [Fact]
    public async Task A_transaction_over_several_shards_is_applied_in_part()
    {
        await using var live = new LiveShards(4);
        await using var client = live.Connect();
        Assert.Equal("-CROSSSLOT Keys in request don't belong to the same shard", await ExecAsync(client, ["SET", "{a}x", "1"], ["SET", "{b}x", "1"], ["SET", "{c}x", "1"]));
        Assert.Equal("*3|$-1|$-1|$-1", await client.CallAsync("MGET", "{a}x", "{b}x", "{c}x"));
        Assert.Equal("+OK", await client.CallAsync("WATCH", "{a}x", "{b}x", "{c}x"));
        Assert.Equal("-CROSSSLOT Keys in request don't belong to the same shard", await ExecAsync(client, ["SET", "{a}x", "1"]));
        Assert.Equal("*1|+OK", await ExecAsync(client, ["SET", "{a}x", "1"]));
    }

    [Fact]
    public async Task A_command_of_every_shard_or_of_the_connection_gets_into_a_transaction()
    {
        await using var live = new LiveShards(2);
        await using var client = live.Connect();
        foreach (string[] command in (string[][])[["FLUSHALL"], ["DBSIZE"], ["READONLY"], ["HELLO", "3"], ["CLUSTER", "INFO"]])
        {
            Assert.Equal("+OK", await client.CallAsync("MULTI"));
            Assert.Equal("-ERR Command not allowed inside a transaction", await client.CallAsync(command));
            Assert.Equal("+QUEUED", await client.CallAsync("SET", "k", "v"));
            Assert.Equal("-EXECABORT Transaction discarded because of previous errors.", await client.CallAsync("EXEC"));
        }

        Assert.Equal("$-1", await client.CallAsync("GET", "k"));
    }

    [Fact]
    public async Task A_pipeline_executes_before_its_WATCH_is_answered()
    {
        await using var live = new LiveShards(2);
        await using var client = live.Connect();
        var pipeline = new StringBuilder();
        for (int i = 0; i < 20; i++)
        {
            pipeline.Append(RespClient.Encode("WATCH", "k")).Append(RespClient.Encode("MULTI")).Append(RespClient.Encode("INCR", "k")).Append(RespClient.Encode("EXEC"));
            pipeline.Append(RespClient.Encode("WATCH", "k")).Append(RespClient.Encode("APPEND", "k", "")).Append(RespClient.Encode("INCR", "k"));
            pipeline.Append(RespClient.Encode("MULTI")).Append(RespClient.Encode("INCR", "k")).Append(RespClient.Encode("EXEC"));
        }

        await client.SendAsync(pipeline.ToString());
        for (int i = 0; i < 20; i++)
        {
            string[] expected = ["+OK", "+OK", "+QUEUED", $"*1|:{2 * i + 1}", "+OK", $":{$"{2 * i + 1}".Length}", $":{2 * i + 2}", "+OK", "+QUEUED", "*-1"];
            foreach (string reply in expected) Assert.Equal(reply, await client.ReplyAsync());
        }
    }

    [Fact]
    public async Task Two_connections_that_watch_the_same_key_both_win()
    {
        await using var live = new LiveShards(1);
        long done = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var client = live.Connect();
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal("+OK", await client.CallAsync("WATCH", "k"));
                string value = await client.CallAsync("GET", "k");
                int next = value == "$-1" ? 1 : int.Parse(value[(value.IndexOf('|') + 1)..]) + 1;
                string reply = await ExecAsync(client, ["SET", "k", $"{next}"], ["SET", "{k}", "x"]);
                if (reply == "*2|+OK|+OK") Interlocked.Increment(ref done);
                else Assert.Equal("*-1", reply);
            }
        }));

        await using var reader = live.Connect();
        string last = await reader.CallAsync("GET", "k");
        Assert.Equal($"{done}", last[(last.IndexOf('|') + 1)..]);
        Assert.NotEqual(0, done);
    }

    [Fact]
    public async Task A_WATCH_that_failed_is_taken_for_one_that_saw_nothing()
    {
        var shards = new FakeShards(1) { ErrorOf = _ => "TRYAGAIN too much"u8.ToArray() };
        await using var client = new RespClient(shards);
        Assert.Equal("-TRYAGAIN too much", await client.CallAsync("WATCH", "k"));
        shards.Hold(0);
        await client.SendAsync(RespClient.Encode("MULTI") + RespClient.Encode("EXEC"));
        Assert.True(await shards.ArrivedAsync());
        // What is on its way to the shard names no leadership.
        var reader = new TransactionReader(shards.Held(0).Value(0));
        Assert.True(reader.NextWatch());
        Assert.Equal(WatchToken.Unknown, reader.Token);
        shards.LetGo(0);
        Assert.Equal("+OK", await client.ReplyAsync());
        Assert.Equal("-TRYAGAIN too much", await client.ReplyAsync());
    }

    [Fact]
    public async Task A_transaction_grows_without_bound()
    {
        await using var client = new RespClient(new FakeShards(1));
        Assert.Equal("+OK", await client.CallAsync("MULTI"));
        string many = string.Concat(Enumerable.Repeat(RespClient.Encode("PING"), 1024));
        for (int i = 0; i < 64; i++)
        {
            await client.SendAsync(many);
            for (int j = 0; j < 1024; j++) Assert.Equal("+QUEUED", await client.ReplyAsync());
        }

        Assert.Equal("-ERR the transaction is too large", await client.CallAsync("PING"));
        Assert.Equal("-EXECABORT Transaction discarded because of previous errors.", await client.CallAsync("EXEC"));
        Assert.Equal("+PONG", await client.CallAsync("PING"));
    }

    private static async Task<string> ExecAsync(RespClient client, params string[][] commands)
    {
        Assert.Equal("+OK", await client.CallAsync("MULTI"));
        foreach (string[] command in commands) Assert.Equal("+QUEUED", await client.CallAsync(command));
        return await client.CallAsync("EXEC");
    }
}
