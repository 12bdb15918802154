using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Configuration;

/// <summary>The dialect that the product's files are written in.</summary>
public class HoconDialectTests
{
    [Theory]
    [InlineData("a { b = 1 }")]
    [InlineData("{ a { b = 1 } }")]
    [InlineData("a.b = 1")]
    [InlineData("a : { b : 1 }")]
    [InlineData("a = { b = 1, }")]
    [InlineData("a\n{\n  b = 1 // said once\n}\n# the end")]
    [InlineData("\"a\".\"b\" = 1")]
    public void Every_way_to_write_a_nested_key_reads_the_same(string hocon)
    {
        Assert.Equal(1, ConfigurationFactory.ParseString(hocon).GetInt("a.b"));
    }

    [Fact]
    public void A_quoted_key_with_dots_is_one_element()
    {
        var config = ConfigurationFactory.ParseString("a { \"b.c/d\" = 1 }");

        Assert.Equal(1, config.GetInt("a.\"b.c/d\""));
        Assert.False(config.HasPath("a.b"));
    }

    [Fact]
    public void Comments_do_not_leak_into_values()
    {
        var config = ConfigurationFactory.ParseString("a = one # two\nb = three // four\n# c = five\n");

        Assert.Equal("one", config.GetString("a"));
        Assert.Equal("three", config.GetString("b"));
        Assert.False(config.HasPath("c"));
    }

    [Fact]
    public void Unquoted_text_keeps_inner_blanks_and_loses_outer_ones()
    {
        Assert.Equal("10  s", ConfigurationFactory.ParseString("a =   10  s   ").GetString("a"));
    }

    [Fact]
    public void Two_pairs_on_a_line_are_told_apart_by_a_comma()
    {
        var config = ConfigurationFactory.ParseString("a = 1, b = 2");

        Assert.Equal((1, 2), (config.GetInt("a"), config.GetInt("b")));
    }

    [Fact]
    public void Escapes_and_raw_text_are_told_apart()
    {
        var config = ConfigurationFactory.ParseString("a = \"x\\t\\\"y\\\"\\u0041\\n\"\nb = \"\"\"x\\t\n\"y\" \"\"\"");

        Assert.Equal("x\t\"y\"A\n", config.GetString("a"));
        Assert.Equal("x\\t\n\"y\" ", config.GetString("b"));
    }

    [Fact]
    public void Uris_type_strings_and_addresses_survive_in_quotes()
    {
        var config = ConfigurationFactory.ParseString("""
            seeds = ["akka.tcp://store@10.0.0.4:4053", "akka.tcp://store@[::1]:4053"]
            type = "Ns.Type, Assembly"
            """);

        Assert.Equal(["akka.tcp://store@10.0.0.4:4053", "akka.tcp://store@[::1]:4053"], config.GetStringList("seeds"));
        Assert.Equal("Ns.Type, Assembly", config.GetString("type"));
    }

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [1, 2, 3,]")]
    [InlineData("a = [\n  1\n  2 # two\n  3\n]")]
    [InlineData("a = [1] [2, 3]")]
    [InlineData("a = [\n 1,\n 2,\n 3\n ]")]
    public void Every_way_to_write_an_array_reads_the_same(string hocon)
    {
        Assert.Equal([1, 2, 3], ConfigurationFactory.ParseString(hocon).GetIntList("a"));
    }

    [Fact]
    public void A_repeated_object_merges_and_a_repeated_value_is_replaced()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, y = [1, 2] }\na { y = [3], z = 4 }\nb = 1\nb = 2");

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal([3], config.GetIntList("a.y"));
        Assert.Equal(4, config.GetInt("a.z"));
        Assert.Equal(2, config.GetInt("b"));
    }

    [Fact]
    public void An_object_over_a_scalar_replaces_it_and_the_other_way_round()
    {
        Assert.Equal(1, ConfigurationFactory.ParseString("a = 5\na { b = 1 }").GetInt("a.b"));
        Assert.Equal(5, ConfigurationFactory.ParseString("a { b = 1 }\na = 5").GetInt("a"));
    }

    [Fact]
    public void A_substitution_stands_for_a_scalar_an_array_or_an_object_also_ahead_of_it()
    {
        var config = ConfigurationFactory.ParseString("""
            a = ${later.scalar}
            b = ${later.list}
            c = ${later.table}
            later { scalar = 7, list = [1, 2], table { x = 3 } }
            """);

        Assert.Equal(7, config.GetInt("a"));
        Assert.Equal([1, 2], config.GetIntList("b"));
        Assert.Equal(3, config.GetInt("c.x"));
    }

    [Fact]
    public void A_block_after_a_substitution_replaces_the_object_instead_of_merging()
    {
        var config = ConfigurationFactory.ParseString("x { o = 1, p = 2 }\na = ${x}\na { p = 3 }");

        Assert.Equal(3, config.GetInt("a.p"));
        Assert.False(config.HasPath("a.o"));
        Assert.Equal(2, config.GetInt("x.p"));
    }

    [Fact]
    public void An_unresolved_substitution_is_an_error_and_no_environment_variable()
    {
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a = ${PATH}"));
    }

    [Fact]
    public void A_comma_after_a_block_without_an_equals_sign_is_an_error()
    {
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a { b = 1 }, c = 2"));
    }

    [Fact]
    public void A_colon_inside_an_unquoted_value_is_an_error()
    {
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("a = akka.tcp://x"));
    }

    [Fact]
    public void A_null_value_exists_and_reads_as_a_null_text()
    {
        var config = ConfigurationFactory.ParseString("a = null");

        Assert.True(config.HasPath("a"));
        Assert.Null(config.GetString("a", "default"));
    }
}
