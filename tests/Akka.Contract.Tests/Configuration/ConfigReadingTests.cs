using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Configuration;

public class ConfigReadingTests
{
    private static readonly Config Sample = ConfigurationFactory.ParseString("""
        text = hello
        number = 42
        real = 2.5
        on = on
        yes = yes
        table { x = 1 }
        list = [a, b]
        """);

    [Fact]
    public void A_missing_key_gives_the_default_and_never_an_error()
    {
        Assert.Null(Sample.GetString("no"));
        Assert.Equal("d", Sample.GetString("no", "d"));
        Assert.Equal(0, Sample.GetInt("no"));
        Assert.Equal(7L, Sample.GetLong("no", 7));
        Assert.True(Sample.GetBoolean("no", true));
        Assert.Equal(TimeSpan.Zero, Sample.GetTimeSpan("no"));
        Assert.Equal(TimeSpan.FromSeconds(1), Sample.GetTimeSpan("no", TimeSpan.FromSeconds(1)));
        Assert.Empty(Sample.GetStringList("no"));
        Assert.Null(Sample.GetByteSize("no"));
        Assert.Null(Sample.GetConfig("no"));
        Assert.True(Sample.GetConfig("no").IsNullOrEmpty());
    }

    [Fact]
    public void A_missing_list_of_another_type_throws()
    {
        Assert.ThrowsAny<Exception>(() => Sample.GetIntList("no"));
    }

    [Fact]
    public void A_value_of_the_wrong_kind_throws_instead_of_giving_the_default()
    {
        Assert.Throws<FormatException>(() => Sample.GetInt("text", 3));
        Assert.Throws<FormatException>(() => Sample.GetTimeSpan("text"));
        Assert.Throws<FormatException>(() => Sample.GetByteSize("text"));
        Assert.Throws<NotSupportedException>(() => Sample.GetBoolean("yes"));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        Assert.Equal(42, Sample.GetInt("number"));
        Assert.Equal(42L, Sample.GetLong("number"));
        Assert.Equal(2.5, Sample.GetDouble("real"));
        Assert.Equal(2.5f, Sample.GetFloat("real"));
        Assert.Equal(2.5m, Sample.GetDecimal("real"));
        Assert.True(Sample.GetBoolean("on"));
    }

    [Theory]
    [InlineData("5s", 5_000)]
    [InlineData("5 seconds", 5_000)]
    [InlineData("1.5 s", 1_500)]
    [InlineData("20", 20)]
    [InlineData("20ms", 20)]
    [InlineData("3 millis", 3)]
    [InlineData("2m", 120_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("0s", 0)]
    [InlineData("500 micros", 0.5)]
    [InlineData("1000000 nanos", 1)]
    public void Durations_read_in_every_unit(string text, double milliseconds)
    {
        var config = ConfigurationFactory.ParseString("a = " + text);

        Assert.Equal(TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)), config.GetTimeSpan("a"));
    }

    [Fact]
    public void An_infinite_duration_is_the_infinite_time_out_unless_forbidden()
    {
        var config = ConfigurationFactory.ParseString("a = infinite");

        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("a"));
        Assert.Throws<FormatException>(() => config.GetTimeSpan("a", null, allowInfinite: false));
    }

    [Theory]
    [InlineData("4194304b", 4_194_304)]
    [InlineData("100", 100)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("64k", 65_536)]
    [InlineData("2kB", 2_000)]
    [InlineData("2 megabytes", 2_000_000)]
    [InlineData("2MB", 2_000_000)]
    [InlineData("2M", 2_097_152)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("1GB", 1_000_000_000)]
    public void Sizes_read_in_every_unit(string text, long bytes)
    {
        Assert.Equal(bytes, ConfigurationFactory.ParseString("a = " + text).GetByteSize("a"));
    }

    [Theory]
    [InlineData("1KB")]
    [InlineData("1Mb")]
    [InlineData("1mb")]
    [InlineData("1.5kB")]
    public void Sizes_with_an_unknown_unit_or_a_fraction_are_errors(string text)
    {
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a = " + text).GetByteSize("a"));
    }

    [Fact]
    public void Unknown_keys_can_be_found_by_walking_the_tree()
    {
        var names = Sample.AsEnumerable().Select(pair => pair.Key).ToArray();

        Assert.Equal(["text", "number", "real", "on", "yes", "table", "list"], names);
        Assert.Equal(["x"], Sample.GetConfig("table").Root.GetObject().Items.Keys);
        Assert.True(Sample.GetValue("list").IsArray());
        Assert.True(Sample.GetValue("table").IsObject());
        Assert.True(Sample.GetValue("text").IsString());
    }

    [Fact]
    public void An_object_becomes_a_configuration()
    {
        var config = ConfigurationFactory.FromObject(new { akka = new { loglevel = "DEBUG", roles = new[] { "a", "b" } } });

        Assert.Equal("DEBUG", config.GetString("akka.loglevel"));
        Assert.Equal(["a", "b"], config.GetStringList("akka.roles"));
    }

    [Fact]
    public void The_core_reference_carries_the_defaults()
    {
        var reference = ConfigurationFactory.Default();

        Assert.Equal(TimeSpan.FromSeconds(5), reference.GetTimeSpan("akka.logger-startup-timeout"));
        Assert.Equal(30, reference.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal(TimeSpan.FromMilliseconds(10), reference.GetTimeSpan("akka.scheduler.tick-duration"));
        Assert.Equal(Timeout.InfiniteTimeSpan, reference.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal("bytes", reference.GetString("akka.actor.serialization-bindings.\"System.Byte[]\""));
    }
}
