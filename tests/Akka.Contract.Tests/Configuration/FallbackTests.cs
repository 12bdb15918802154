using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Configuration;

public class FallbackTests
{
    [Fact]
    public void The_receiver_wins_objects_merge_and_arrays_are_replaced_whole()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, list = [9], deep { k = own } }")
            .WithFallback(ConfigurationFactory.ParseString("a { x = 2, y = 3, list = [1, 2], deep { k = other, m = 5 } }\nb = 4"));

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(3, config.GetInt("a.y"));
        Assert.Equal([9], config.GetIntList("a.list"));
        Assert.Equal("own", config.GetString("a.deep.k"));
        Assert.Equal(5, config.GetInt("a.deep.m"));
        Assert.Equal(4, config.GetInt("b"));
        Assert.True(config.HasPath("b"));
    }

    [Fact]
    public void Merging_leaves_both_sides_as_they_were()
    {
        var own = ConfigurationFactory.ParseString("a { x = 1 }");
        var fallback = ConfigurationFactory.ParseString("a { y = 2 }");

        _ = own.WithFallback(fallback);

        Assert.False(own.HasPath("a.y"));
        Assert.False(fallback.HasPath("a.x"));
    }

    [Fact]
    public void Three_layers_keep_their_order_however_they_are_stacked()
    {
        var (top, middle, bottom) = (Parse("a { k = top }"), Parse("a { k = middle, m = middle }"), Parse("a { k = bottom, m = bottom, b = bottom }"));

        foreach (var config in new[] { top.WithFallback(middle).WithFallback(bottom), top.WithFallback(middle.WithFallback(bottom)) })
        {
            Assert.Equal("top", config.GetString("a.k"));
            Assert.Equal("middle", config.GetString("a.m"));
            Assert.Equal("bottom", config.GetString("a.b"));
            Assert.Equal("bottom", config.GetConfig("a").GetString("b"));
        }
    }

    [Fact]
    public void A_key_set_to_null_hides_the_fallback()
    {
        var config = Parse("a = null").WithFallback(Parse("a = 5"));

        Assert.True(config.HasPath("a"));
        Assert.Null(config.GetString("a"));
    }

    [Fact]
    public void A_substitution_does_not_look_into_fallbacks()
    {
        Assert.Throws<FormatException>(() => Parse("a = ${b}").WithFallback(Parse("b = 1")));
    }

    [Fact]
    public void Nothing_and_itself_as_fallback()
    {
        var config = Parse("a = 1");

        Assert.Same(config, config.WithFallback(null));
        Assert.Same(config, Config.Empty.WithFallback(config));
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
        Assert.True(Config.Empty.IsEmpty);
        Assert.True(((Config?)null).IsNullOrEmpty());
        Assert.Same(config, ((Config?)null).SafeWithFallback(config));
    }

    [Fact]
    public void The_top_level_pairs_of_a_merged_configuration_are_listed_once()
    {
        var config = Parse("a = 1\nb = 2").WithFallback(Parse("b = 3\nc = 4"));

        Assert.Equal(["a", "b", "c"], config.AsEnumerable().Select(pair => pair.Key).Order());
    }

    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);
}
