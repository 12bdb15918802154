using Xunit;

namespace Cluster.Node.Tests.Resp;

/// <summary>CLUSTER SESSION: writes that a client has named itself, so that it may send them again.</summary>
public class SessionTests
{
    private const string NoKeys = "-CROSSSLOT nothing was applied: a write of a session has keys, and all of one shard";

    [Fact]
    public async Task A_write_that_is_sent_again_on_another_connection_is_applied_again()
    {
        await using var live = new LiveShards(4);
        await using var first = live.Connect();
        await using var second = live.Connect();
        string session = await NewAsync(first);
        string[][] writes =
        [
            ["INCR", "{a}n"], ["SET", "{a}k", "v", "GET"], ["GETSET", "{a}k", "w"], ["SET", "{a}k", "x", "NX"], ["MSET", "{a}k", "1", "{a}l", "2"], ["DEL", "{a}k", "{a}nothing", "{a}l"],
            ["SETNX", "{a}n", "1"], ["APPEND", "{a}n", "0"], ["PEXPIRE", "{a}n", "100000"], ["INCRBY", "{a}n", "x"], ["GETDEL", "{a}n"],
        ];
        string[] replies = [":1", "$-1", "$1|v", "$-1", "+OK", ":2", ":0", ":2", ":1", "-ERR value is not an integer or out of range", "$2|10"];
        // What is refused before it reaches a shard uses no sequence up: the one behind it takes its place.
        for (int i = 0, sequence = 0; i < writes.Length; i++)
        {
            if (i != 9) sequence++;
            Assert.Equal(replies[i], await NamedAsync(first, session, i == 9 ? sequence + 1 : sequence, writes[i]));
        }

        Assert.Equal("+OK", await first.CallAsync("SET", "{a}n", "other"));
        for (int i = writes.Length - 1, sequence = 10; i >= 0; i--)
        {
            if (i == 9) continue;
            Assert.Equal(replies[i], await NamedAsync(second, session, sequence--, writes[i]));
        }

        Assert.Equal("$5|other", await second.CallAsync("GET", "{a}n"));
    }

    [Fact]
    public async Task A_transaction_that_is_sent_again_is_applied_again_or_answered_otherwise()
    {
        await using var live = new LiveShards(4);
        await using var first = live.Connect();
        await using var second = live.Connect();
        string session = await NewAsync(first);
        Assert.Equal("*3|:1|+OK|$1|v", await NamedExecAsync(first, session, 1, ["INCR", "{a}n"], ["SET", "{a}k", "v"], ["GET", "{a}k"]));
        Assert.Equal("*2|+PONG|$1|1", await NamedExecAsync(first, session, 2, ["PING"], ["GET", "{a}n"]));

        // Nobody knows at a repetition what was watched: the first answer stands.
        Assert.Equal("+OK", await first.CallAsync("WATCH", "{a}n"));
        Assert.Equal(":2", await second.CallAsync("INCR", "{a}n"));
        Assert.Equal("*-1", await NamedExecAsync(first, session, 3, ["INCR", "{a}n"]));

        Assert.Equal("*-1", await NamedExecAsync(second, session, 3, ["INCR", "{a}n"]));
        Assert.Equal("*2|+PONG|$1|1", await NamedExecAsync(second, session, 2, ["PING"], ["GET", "{a}n"]));
        Assert.Equal("*3|:1|+OK|$1|v", await NamedExecAsync(second, session, 1, ["INCR", "{a}n"], ["SET", "{a}k", "v"], ["GET", "{a}k"]));
        Assert.StartsWith("-APPLIED this sequence was applied before", await NamedAsync(second, session, 1, "GETDEL", "{a}k"));
        Assert.Equal("*2|$1|2|$1|v", await second.CallAsync("MGET", "{a}n", "{a}k"));
    }

    [Fact]
    public async Task A_name_is_given_to_another_write_than_the_next_one()
    {
        await using var live = new LiveShards(4);
        await using var client = live.Connect();
        string session = await NewAsync(client);
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "SESSION", session, "1"));
        Assert.Equal("$-1", await client.CallAsync("GET", "{a}n"));
        Assert.Equal(":1", await client.CallAsync("INCR", "{a}n"));
        Assert.Equal(":2", await client.CallAsync("INCR", "{a}n"));
        Assert.Equal(":1", await NamedAsync(client, session, 1, "INCR", "{a}n"));

        // What does not take place takes its name along, and uses no sequence up.
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "SESSION", session, "2"));
        Assert.Equal("+OK", await client.CallAsync("MULTI"));
        Assert.Equal("+QUEUED", await client.CallAsync("INCR", "{a}n"));
        Assert.Equal("+OK", await client.CallAsync("DISCARD"));
        Assert.Equal(":3", await client.CallAsync("INCR", "{a}n"));
        Assert.Equal(NoKeys, await NamedAsync(client, session, 2, "MSET", "{a}n", "1", "{b}n", "1"));
        Assert.Equal(NoKeys, await NamedAsync(client, session, 2, "FLUSHALL"));
        Assert.Equal(NoKeys, await NamedExecAsync(client, session, 2, ["PING"]));
        Assert.StartsWith("-SESSIONGAP nothing was applied", await NamedAsync(client, session, 3, "INCR", "{a}n"));
        Assert.Equal(":4", await NamedAsync(client, session, 2, "INCR", "{a}n"));
        Assert.Equal(":5", await client.CallAsync("INCR", "{a}n"));

        Assert.StartsWith("-ERR a session id is", await client.CallAsync("CLUSTER", "SESSION", "abc", "1"));
        Assert.StartsWith("-ERR a sequence is", await client.CallAsync("CLUSTER", "SESSION", session, "0"));
        Assert.StartsWith("-ERR CLUSTER SESSION takes", await client.CallAsync("CLUSTER", "SESSION", session));
    }

    [Fact]
    public async Task A_pipeline_of_more_than_a_batch_holds_is_torn()
    {
        await using var live = new LiveShards(1);
        await using var client = live.Connect();
        const int count = 1_500;
        await client.SendAsync(string.Concat(Enumerable.Repeat(RespClient.Encode("INCR", "n"), count)));
        for (int i = 1; i <= count; i++) Assert.Equal($":{i}", await client.ReplyAsync());
    }

    private static async Task<string> NewAsync(RespClient client)
    {
        string reply = await client.CallAsync("CLUSTER", "SESSION", "NEW");
        Assert.StartsWith("$32|", reply);
        return reply[4..];
    }

    private static async Task<string> NamedAsync(RespClient client, string session, int sequence, params string[] command)
    {
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "SESSION", session, $"{sequence}"));
        return await client.CallAsync(command);
    }

    private static async Task<string> NamedExecAsync(RespClient client, string session, int sequence, params string[][] commands)
    {
        Assert.Equal("+OK", await client.CallAsync("CLUSTER", "SESSION", session, $"{sequence}"));
        Assert.Equal("+OK", await client.CallAsync("MULTI"));
        foreach (string[] command in commands) Assert.Equal("+QUEUED", await client.CallAsync(command));
        return await client.CallAsync("EXEC");
    }
}
