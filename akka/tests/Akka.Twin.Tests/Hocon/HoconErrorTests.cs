using System;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace Akka.Twin.Tests.Hocon;

/// <summary>Input that the real parser misreads without a word is an error here, with its place.</summary>
public class HoconErrorTests
{
    [Theory]
    [InlineData("a = ${?HOME}", 1, 5)]
    [InlineData("a = [1]\na += 2", 2, 1)]
    [InlineData("a {\n  b = 1\n", 1, 3)]
    [InlineData("a = 1\n}", 2, 1)]
    [InlineData("a =\nb = 1", 1, 4)]
    [InlineData("a = [x\n, y]", 2, 1)]
    [InlineData("a = [x,, y]", 1, 8)]
    [InlineData("a = [x", 1, 5)]
    [InlineData("a = { b = 1 } { c = 2 }", 1, 5)]
    [InlineData("include file(\"x\")", 1, 1)]
    [InlineData("loglevel INFO", 1, 14)]
    [InlineData("a = \"open\nb = 1", 1, 5)]
    [InlineData("a = \"\"\"open", 1, 5)]
    [InlineData("a = \"\\x\"", 1, 6)]
    [InlineData("a = ${b", 1, 5)]
    [InlineData("a = ${b}\nb = ${a}", 2, 5)]
    [InlineData("a = x*y", 1, 6)]
    [InlineData("a = [1] text", 1, 5)]
    [InlineData("a..b = 1", 1, 3)]
    [InlineData("a = 1,,", 1, 7)]
    [InlineData("{ a = 1 } b = 2", 1, 11)]
    public void A_misread_document_is_refused_with_line_and_column(string hocon, int line, int column)
    {
        var error = Assert.ThrowsAny<FormatException>(() => ConfigurationFactory.ParseString(hocon));

        Assert.StartsWith($"HOCON, line {line}, column {column}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = 1 b = 2", 9)]
    [InlineData("a = b=c", 6)]
    public void A_second_pair_that_would_become_part_of_the_first_is_refused(string hocon, int column)
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon));

        Assert.StartsWith($"HOCON, line 1, column {column}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_include_without_a_callback_is_refused_with_its_place()
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("\n  include \"x.conf\""));

        Assert.StartsWith("HOCON, line 2, column 3: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_include_merges_where_it_stands()
    {
        var included = new HoconRoot(ConfigurationFactory.ParseString("x = 1, y = 1, t { p = 1 }").Root);
        var config = ConfigurationFactory.ParseString("s { x = 0\n include \"it\"\n y = 2, t { q = 2 } }\nz = ${s.t}", _ => included);

        Assert.Equal((1, 2, 1, 2), (config.GetInt("s.x"), config.GetInt("s.y"), config.GetInt("z.p"), config.GetInt("z.q")));
        Assert.Single(included.Value.GetObject().GetKey("t").GetObject().Items);
    }

    [Fact]
    public void A_value_on_the_next_line_is_read_where_it_cannot_be_a_key()
    {
        var config = ConfigurationFactory.ParseString("a =\n{\n b =\n [ 1 ]\n}");

        Assert.Equal(1, config.GetIntList("a.b")[0]);
    }

    [Fact]
    public void A_wrong_value_names_its_path()
    {
        var config = ConfigurationFactory.ParseString("cluster.shards = many");

        Assert.Contains("cluster.shards", Assert.Throws<FormatException>(() => config.GetInt("cluster.shards")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_can_change_a_parsed_tree()
    {
        var config = ConfigurationFactory.ParseString("a { b = 1 }, c = [1]".Replace("}, ", "}\n", StringComparison.Ordinal));

        config.GetValue("a").GetObject().Items.Clear();
        config.GetValue("c").GetArray().Clear();

        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Single(config.GetIntList("c"));
    }
}
