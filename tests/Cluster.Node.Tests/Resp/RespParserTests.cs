using System.Text;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class RespParserTests
{
    public static TheoryData<string, string[]> Commands => new()
    {
        { "*1\r\n$4\r\nPING\r\n", ["PING"] },
        { "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nv\r\nv2\r\n", ["SET", "k", "v\r\nv2"] },
        { "*2\r\n$3\r\nGET\r\n$0\r\n\r\n", ["GET", ""] },
        { "*0\r\n", [] },
        { "*-1\r\n", [] },
        { "\r\n", [] },
        { "PING\r\n", ["PING"] },
        { "  set  a\tb \n", ["set", "a", "b"] },
        { "set k \"a b\\r\\n\\x41\\\"\\\\\"\r\n", ["set", "k", "a b\r\nA\"\\"] },
        { "set k 'it\\'s \\n'\r\n", ["set", "k", "it's \\n"] },
        { "set k \"\"\r\n", ["set", "k", ""] },
    };

    public static TheoryData<string, string> Errors => new()
    {
        { "*x\r\n", "invalid multibulk length" },
        { "*\r\n", "invalid multibulk length" },
        { "*-5\r\n", "invalid multibulk length" },
        { "*1048577\r\n", "invalid multibulk length" },
        { "*99999999999999999999\r\n", "invalid multibulk length" },
        { "*1" + new string('0', 40), "invalid multibulk length" },
        { "*1\n$1\r\na\r\n", "invalid multibulk length" },
        { "*1\r\n+1\r\n", "expected '$', got '+'" },
        { "*1\r\n$-1\r\n", "invalid bulk length" },
        { "*1\r\n$67108865\r\n", "invalid bulk length" },
        { "*1\r\n$3\r\nabcd\r\n", "without CRLF" },
        { "set k \"open\r\n", "unbalanced quotes" },
        { "set k \"a\"b\r\n", "unbalanced quotes" },
        { new string('a', 64 * 1024 + 1), "too big inline request" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_whole_command_is_cut_into_its_arguments(string text, string[] arguments)
    {
        byte[] data = [.. Encoding.Latin1.GetBytes(text), .. "*1\r\n"u8];
        var parser = new RespParser();

        Assert.Equal(ParseStatus.Command, parser.Parse(data));

        Assert.Equal(arguments, Texts(parser, data));
        Assert.Equal(text.Length, parser.Consumed);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_arrives_byte_by_byte_is_the_same_command(string text, string[] arguments)
    {
        byte[] data = Encoding.Latin1.GetBytes(text);
        var parser = new RespParser();
        for (int length = 0; length < data.Length; length++)
        {
            Assert.Equal(ParseStatus.Incomplete, parser.Parse(data.AsSpan(0, length)));
            Assert.True(parser.BytesNeeded <= data.Length, "it waits for more than there is to come");
        }

        Assert.Equal(ParseStatus.Command, parser.Parse(data));
        Assert.Equal(arguments, Texts(parser, data));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void What_is_no_RESP_is_refused_by_name(string text, string expected)
    {
        var parser = new RespParser();
        Assert.Equal(ParseStatus.Error, parser.Parse(Encoding.Latin1.GetBytes(text)));
        Assert.Contains(expected, parser.Error);
    }

    [Fact]
    public void A_header_of_100_MB_is_refused_without_memory_for_it()
    {
        byte[] data = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000000\r\n"u8.ToArray();
        var parser = new RespParser();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ParseStatus.Error, parser.Parse(data));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void A_command_of_a_million_arguments_costs_memory_only_as_they_arrive()
    {
        var parser = new RespParser();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ParseStatus.Incomplete, parser.Parse("*1048576\r\n$1\r\na\r\n"u8.ToArray()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void Several_bulks_of_64_MiB_do_not_make_a_command_larger_than_a_record()
    {
        var parser = new RespParser();
        byte[] data = new byte[64 * 1024 * 1024 + 100];
        int at = Put(data, 0, "*3\r\n$3\r\nSET\r\n$67108864\r\n");
        at = Put(data, at + 64 * 1024 * 1024, "\r\n");
        at = Put(data, at, "$67108864\r\n");
        Assert.Equal(ParseStatus.Error, parser.Parse(data.AsSpan(0, at)));
        Assert.Contains("too long", parser.Error);
    }

    [Fact]
    public void Random_bytes_never_make_the_parser_throw_or_run_past_its_input()
    {
        var random = new Random(7);
        byte[] alphabet = "*$+-:0123456789\r\n\r\n\"'\\x PINGset"u8.ToArray();
        for (int run = 0; run < 20_000; run++)
        {
            byte[] data = new byte[random.Next(1, 60)];
            if (run % 2 == 0) random.NextBytes(data);
            else
                for (int i = 0; i < data.Length; i++) data[i] = alphabet[random.Next(alphabet.Length)];
            Drain(data, random);
        }
    }

    [Fact]
    public void Damaged_commands_never_make_the_parser_throw_or_run_past_its_input()
    {
        var random = new Random(11);
        byte[] whole = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$10\r\n0123456789\r\n*2\r\n$3\r\nGET\r\n$3\r\nkey\r\nPING \"x\"\r\n"u8.ToArray();
        for (int run = 0; run < 20_000; run++)
        {
            byte[] data = [.. whole];
            for (int i = random.Next(1, 4); i > 0; i--) data[random.Next(data.Length)] = (byte)random.Next(256);
            Drain(data, random);
        }
    }

    private static void Drain(byte[] data, Random random)
    {
        var parser = new RespParser();
        int start = 0;
        int length = 0;
        while (start + length <= data.Length)
        {
            var status = parser.Parse(data.AsSpan(start, length));
            if (status == ParseStatus.Error) return;
            if (status == ParseStatus.Incomplete)
            {
                if (start + length == data.Length) return;
                length = Math.Min(length + random.Next(1, 8), data.Length - start);
                continue;
            }

            Assert.InRange(parser.Consumed, 1, length);
            foreach (var argument in parser.Arguments)
            {
                Assert.InRange(argument.Start, 0, length);
                Assert.InRange(argument.Start + argument.Length, argument.Start, parser.Consumed);
            }

            start += parser.Consumed;
            length -= parser.Consumed;
            parser.Next();
        }
    }

    private static string[] Texts(RespParser parser, byte[] data)
    {
        var texts = new List<string>();
        foreach (var argument in parser.Arguments) texts.Add(Encoding.Latin1.GetString(data, argument.Start, argument.Length));
        return [.. texts];
    }

    private static int Put(byte[] data, int at, string text) => at + Encoding.ASCII.GetBytes(text, data.AsSpan(at));
}
