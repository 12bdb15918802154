using System;
using System.Text;
using Akka.Configuration;
using Xunit;

namespace Akka.Twin.Tests.Hocon;

/// <summary>Whatever the input: a configuration or one of the two typed errors, soon, on an ordinary stack.</summary>
public class HoconFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "c", ".", "=", ":", "{", "}", "[", "]", ",", "\n", " ", "\"", "\"\"\"", "\\", "\\u00", "#", "//", "${", "}", "${a}", "${b.c}",
        "${?a}", "+=", "null", "include", "include \"x\"", "1", "10 s", "on", "$", "*", "\t", "\r\n", "\0", "\ufeff", "é", "a = 1\n", "b { c = ${a} }\n",
    ];

    private static readonly int Documents = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 250_000 : 5_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_documents_only_raise_the_typed_errors_and_parsed_ones_read_back_the_same(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < Documents; i++)
        {
            text.Clear();
            for (var length = random.Next(1, 24); length > 0; length--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            ParseOrFail(text.ToString(), seed);
        }
    }

    [Theory]
    [InlineData("{a=[", "", "]}")]
    [InlineData("a{", "", "}")]
    [InlineData("a.", "x=1", "")]
    [InlineData("[", "", "")]
    [InlineData("{", "", "}")]
    [InlineData("x=[{", "", "}]")]
    public void Deep_nesting_is_an_error_and_no_stack_overflow(string open, string middle, string close)
    {
        const int Depth = 100_000;
        var text = new StringBuilder();
        text.Insert(0, open, Depth).Append(middle);
        for (var i = 0; i < Depth; i++)
        {
            text.Append(close);
        }

        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text.ToString()));
    }

    [Fact]
    public void Depth_that_only_substitutions_build_is_an_error_and_no_stack_overflow()
    {
        var text = new StringBuilder("v0 = 1\n");
        for (var i = 1; i < 5_000; i++)
        {
            text.Append($"v{i} {{ x {{ x {{ x = ${{v{i - 1}}} }} }} }}\n");
        }

        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text.ToString()));
    }

    [Fact]
    public void A_chain_of_forward_substitutions_is_an_error_and_no_stack_overflow()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 50_000; i++)
        {
            text.Append($"v{i} = ${{v{i + 1}}}\n");
        }

        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text + "v50000 = 1"));
    }

    [Theory]
    [InlineData("[${v}, ${v}]")]
    [InlineData("${v} ${v}")]
    [InlineData("x${v}${v}")]
    public void A_document_that_doubles_itself_is_an_error_and_does_not_eat_the_memory(string twice)
    {
        foreach (var start in new[] { "v0 = x\n", "v0 = [x]\n" })
        {
            var text = new StringBuilder(start);
            for (var i = 1; i < 64; i++)
            {
                text.Append($"v{i} = {twice.Replace("${v}", $"${{v{i - 1}}}", StringComparison.Ordinal)}\n");
            }

            Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text.ToString()));
        }
    }

    [Fact]
    public void A_real_document_with_any_byte_changed_only_raises_the_typed_errors()
    {
        var document = ConfigurationFactory.Default().ToString();
        var random = new Random(5);
        for (var i = 0; i < Documents / 25; i++)
        {
            var text = new StringBuilder(document);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text[at] = (char)random.Next(1, 128);
                        break;
                    case 1:
                        text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                        break;
                    default:
                        text.Remove(at, random.Next(Math.Min(40, text.Length - at)));
                        break;
                }
            }

            ParseOrFail(text.ToString(), seed: 5);
        }
    }

    [Fact]
    public void Long_texts_and_many_keys_are_read_in_time_in_proportion_to_them()
    {
        const int Many = 50_000;
        var keys = new StringBuilder();
        for (var i = 0; i < Many; i++)
        {
            keys.Append("k").Append(i).Append(" = ").Append(i).Append('\n');
        }

        Assert.Equal(Many - 1, ConfigurationFactory.ParseString(keys.ToString()).GetInt("k" + (Many - 1)));
        Assert.Equal(1_000_000, ConfigurationFactory.ParseString("a = \"" + new string('x', 1_000_000) + "\"").GetString("a").Length);
        Assert.Equal(1_000_000, ConfigurationFactory.ParseString("a = " + new string('x', 1_000_000)).GetString("a").Length);
        Assert.Equal(1, ConfigurationFactory.ParseString(new string('\n', 1_000_000) + "a = 1").GetInt("a"));
        Assert.Equal(1, ConfigurationFactory.ParseString("a = 1 #" + new string('x', 1_000_000)).GetInt("a"));
        Assert.Equal(Many, ConfigurationFactory.ParseString("a = [" + string.Join(',', System.Linq.Enumerable.Range(0, Many)) + "]").GetIntList("a").Count);
    }

    [Theory]
    [InlineData("a = [", "1,", "]")]
    [InlineData("", "a { b = 1 }\n", "")]
    [InlineData("a = ", "\"x\" ", "")]
    [InlineData("a = ", "[1] ", "")]
    public void Endless_repetition_ends_soon(string open, string piece, string close)
    {
        var text = open + string.Concat(System.Linq.Enumerable.Repeat(piece, 400_000 / piece.Length)) + close;
        Assert.True(ConfigurationFactory.ParseString(text).HasPath("a"));
    }

    private static void ParseOrFail(string hocon, int seed)
    {
        Config config;
        try
        {
            config = ConfigurationFactory.ParseString(hocon);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            return;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"SEED={seed}: {e.GetType().Name} for {hocon}", e);
        }

        var written = config.ToString();
        Assert.Equal(written, ConfigurationFactory.ParseString(written).ToString());
        Assert.Equal(config.Root.GetObject().Unwrapped, ConfigurationFactory.ParseString(written).Root.GetObject().Unwrapped);
    }
}
