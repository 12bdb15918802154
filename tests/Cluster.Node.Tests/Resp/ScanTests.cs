using System.Text;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class ScanTests
{
    [Fact]
    public async Task A_scan_misses_a_key_or_does_not_end()
    {
        await using var live = new LiveShards(3, bufferBytes: 64 << 10);
        await using var client = live.Connect();
        var expected = new HashSet<string>();
        var pipeline = new StringBuilder();
        string filler = new('f', 512);
        for (int i = 0; i < 1000; i++)
        {
            expected.Add($"key:{i}");
            pipeline.Append(RespClient.Encode("SET", $"key:{i}", filler));
        }

        await client.SendAsync(pipeline.ToString());
        for (int i = 0; i < 1000; i++) Assert.Equal("+OK", await client.ReplyAsync());
        Assert.Equal("+OK", await client.CallAsync("SET", "gone", "1", "PXAT", "1"));

        Assert.Equal(expected, (await ScanAsync(client)).ToHashSet());
        Assert.Equal(expected, (await ScanAsync(client, "COUNT", "100000")).ToHashSet());
        Assert.Equal(expected, (await ScanAsync(client, "MATCH", "*", "TYPE", "string")).ToHashSet());
        Assert.Equal(["key:7"], await ScanAsync(client, "COUNT", "100", "MATCH", "key:7"));
        Assert.Equal(20, (await ScanAsync(client, "MATCH", "key:[1-2]5?", "COUNT", "333")).Count);
        Assert.Empty(await ScanAsync(client, "TYPE", "list"));

        // Keys that stay are told although others come and go in between.
        string cursor = "0";
        var seen = new HashSet<string>();
        int round = 0;
        do
        {
            (cursor, var keys) = await StepAsync(client, cursor, "COUNT", "50");
            seen.UnionWith(keys);
            for (int i = 0; i < 20; i++) await client.CallAsync("SET", $"other:{round}:{i}", "x");
            await client.CallAsync("DEL", $"other:{round - 1}:1");
            Assert.True(++round < 1000, "the scan does not end");
        }
        while (cursor != "0");
        Assert.Superset(expected, seen);
    }

    [Theory]
    [InlineData("SCAN abc", "-ERR invalid cursor")]
    [InlineData("SCAN -1", "-ERR invalid cursor")]
    [InlineData("SCAN 18446744073709551616", "-ERR invalid cursor")]
    [InlineData("SCAN 18446744073709551615", "-ERR invalid cursor")]
    [InlineData("SCAN 5", "-ERR invalid cursor")]
    [InlineData("SCAN 0 COUNT 0", "-ERR syntax error")]
    [InlineData("SCAN 0 COUNT -1", "-ERR syntax error")]
    [InlineData("SCAN 0 COUNT abc", "-ERR value is not an integer or out of range")]
    [InlineData("SCAN 0 MATCH", "-ERR syntax error")]
    [InlineData("SCAN 0 FOO bar", "-ERR syntax error")]
    [InlineData("SCAN 0 TYPE zset", "*2|$1|0|*0")]
    [InlineData("SCAN", "-ERR wrong number of arguments for 'scan' command")]
    public async Task A_scan_that_makes_no_sense_is_refused(string command, string reply)
    {
        await using var client = new RespClient(new FakeShards(4));
        Assert.Equal(reply, await client.CallAsync(command.Split(' ')));
    }

    private static async Task<List<string>> ScanAsync(RespClient client, params string[] options)
    {
        var all = new List<string>();
        string cursor = "0";
        do
        {
            (cursor, var keys) = await StepAsync(client, cursor, options);
            all.AddRange(keys);
        }
        while (cursor != "0");
        return all;
    }

    private static async Task<(string Cursor, List<string> Keys)> StepAsync(RespClient client, string cursor, params string[] options)
    {
        // *2|$n|cursor|*m|$n|key|$n|key …
        string[] parts = (await client.CallAsync(["SCAN", cursor, .. options])).Split('|');
        Assert.Equal("*2", parts[0]);
        return (parts[2], [.. parts[4..].Where((_, i) => i % 2 == 1)]);
    }
}
