using System.Text;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

/// <summary>Every command with arguments that nobody meant: a reply each, and the connection stays.</summary>
public class ArgumentFuzzTests
{
    private static readonly string[] Interesting =
    [
        "", "0", "-0", "+1", "1", "-1", "01", "1.5", "1e5", "nan", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "99999999999999999999999999", "2147483647", "-2147483648", "67108865", "536870912",
        "k", "{t}k", "{", "}", "{}", "*", "[", "\\", "\r\n", "\0", "\xff\xfe",
        "EX", "PX", "EXAT", "PXAT", "KEEPTTL", "PERSIST", "NX", "XX", "GT", "LT", "GET", "MATCH", "COUNT", "TYPE", "ASYNC", "SETNAME", "AUTH", "INFO", "DOCS", "LIST",
    ];

    /// <summary>Those that end the connection, or say as much as they like.</summary>
    private static readonly string[] NotHere = ["quit"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_argument_ends_the_connection_or_the_shard(int seed)
    {
        var random = new Random(seed);
        await using var live = new LiveShards(2, bufferBytes: 256 << 10);
        await using var client = live.Connect();
        var names = CommandTable.All.Select(spec => spec.Name).Except(NotHere).ToArray();
        for (int i = 0; i < 3000; i++)
        {
            string name = names[random.Next(names.Length)];
            string[] arguments = new string[random.Next(6)];
            for (int j = 0; j < arguments.Length; j++) arguments[j] = Argument(random, j);
            // In a transaction everything is QUEUED or an error, until one of these ends it.
            string reply = await client.CallAsync([name, .. arguments]);
            Assert.Contains(reply[0], "+-:$*%_=");
            if (reply[0] != '-') continue;
            string code = reply[1..reply.IndexOf(' ')];
            Assert.True(code is "ERR" or "CROSSSLOT" or "EXECABORT" or "NOPROTO" or "READONLY", $"{name} {string.Join(' ', arguments)}: {reply}");
            Assert.True(reply.Length < 600, "an error repeats what it was given");
        }

        await using var other = live.Connect();
        for (int shard = 0; shard < 8; shard++) Assert.Equal("+OK", await other.CallAsync("SET", $"after{shard}", "1"));
    }

    private static string Argument(Random random, int position)
    {
        if (position == 0 && random.Next(3) > 0) return "{t}k" + random.Next(5);
        return random.Next(12) switch
        {
            0 => new string('x', random.Next(3000)),
            1 => Encoding.Latin1.GetString(Bytes(random, random.Next(40))),
            2 => random.NextInt64(long.MinValue, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => Interesting[random.Next(Interesting.Length)],
        };
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
