using System;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.SBR;
using Akka.Configuration;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Sbr;

public sealed class SettingsTests
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<Akka.Cluster.Cluster>("Akka.Cluster.reference.conf");

    [Fact]
    public void Defaults_are_those_of_the_reference()
    {
        var settings = Read("");
        Assert.Equal("keep-majority", settings.DowningStrategy);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.DowningStableAfter);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.DownAllWhenUnstable);
        Assert.Null(settings.KeepMajorityRole);
        Assert.True(settings.KeepOldestSettings.DownIfAlone);
        Assert.Equal(typeof(SplitBrainResolverProvider), new ClusterSettings(Reference, "s").DowningProviderType);
    }

    [Theory]
    [InlineData("on", "2s", 4)]
    [InlineData("on", "8s", 6)]
    [InlineData("off", "8s", 0)]
    [InlineData("17s", "8s", 17)]
    public void How_long_changes_may_go_on(string configured, string stableAfter, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read($"stable-after = {stableAfter}, down-all-when-unstable = {configured}").DownAllWhenUnstable);

    [Theory]
    [InlineData("active-strategy = keep-referee")]
    [InlineData("active-strategy = static-quorum")]
    [InlineData("active-strategy = static-quorum, static-quorum.quorum-size = 0")]
    [InlineData("stable-after = 0s")]
    public void What_makes_no_sense_is_refused(string section) => Assert.Throws<ConfigurationException>(() => Read(section));

    [Fact]
    public void A_strategy_that_cannot_be_had_fails_the_start()
    {
        Assert.ThrowsAny<Exception>(() => ActorSystem.Create("refused", ConfigurationFactory.ParseString("""
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.cluster.split-brain-resolver.active-strategy = lease-majority
            """)));
    }

    [Fact]
    public void The_margin_of_removal_is_stable_after_unless_it_is_configured()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Margin("akka.cluster.split-brain-resolver.stable-after = 7s"));
        Assert.Equal(TimeSpan.FromSeconds(3), Margin("akka.cluster.down-removal-margin = 3s"));
    }

    private static TimeSpan Margin(string config)
    {
        var system = ActorSystem.Create("margin", ConfigurationFactory.ParseString($$"""
            {{config}}
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """));
        try
        {
            return Akka.Cluster.Cluster.Get(system).DowningProvider.DownRemovalMargin;
        }
        finally
        {
            ((ExtendedActorSystem)system).Abort();
        }
    }

    private static SplitBrainResolverSettings Read(string section) =>
        new(ConfigurationFactory.ParseString($"akka.cluster.split-brain-resolver {{ {section} }}").WithFallback(Reference));
}
