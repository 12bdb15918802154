using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class SetupTests
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }");

    [Fact]
    public async Task Setups_reach_the_system_with_their_configuration_and_each_other()
    {
        var setup = BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString("own.key = 7").WithFallback(Quiet))
            .WithConfigFallback(ConfigurationFactory.ParseString("own { key = 8, other = 9 }"))
            .WithActorRefProvider(ProviderSelection.Local.Instance)
            .And(new OwnSetup("first"))
            .WithSetup(new OwnSetup("second"));
        var system = ActorSystem.Create("setups", setup);
        Assert.Equal(7, system.Settings.Config.GetInt("own.key"));
        Assert.Equal(9, system.Settings.Config.GetInt("own.other"));
        Assert.Equal("second", system.Settings.Setup.Get<OwnSetup>().Value.Text);
        Assert.False(system.Settings.Setup.Get<OtherSetup>().HasValue);
        await system.Terminate();
    }

    [Fact]
    public void A_missing_configuration_is_refused() =>
        Assert.Throws<ArgumentNullException>(() => ActorSystem.Create("nothing", (Config)null!));

    [Theory]
    [InlineData("akka.actor.provider = \"No.Such.Provider, Nowhere\"")]
    [InlineData("akka.loggers = [\"No.Such.Logger, Nowhere\"]")]
    [InlineData("akka.coordinated-shutdown { run-by-actor-system-terminate = on, terminate-actor-system = off }")]
    public void What_cannot_start_is_an_error_at_once(string broken) =>
        Assert.ThrowsAny<Exception>(() => ActorSystem.Create("broken", ConfigurationFactory.ParseString(broken).WithFallback(Quiet)));

    [Fact]
    public async Task Extensions_of_the_configuration_are_there_and_a_broken_one_is_skipped()
    {
        var own = $"{typeof(OwnProvider).FullName}, {typeof(OwnProvider).Assembly.GetName().Name}";
        var failing = $"{typeof(FailingProvider).FullName}, {typeof(FailingProvider).Assembly.GetName().Name}";
        var config = ConfigurationFactory.ParseString($"akka.extensions = [\"No.Such.Extension, Nowhere\", \"{failing}\", \"{own}\"]");
        var system = ActorSystem.Create("extended", config.WithFallback(Quiet));
        Assert.True(system.HasExtension<OwnExtension>());
        Assert.Same(system.GetExtension<OwnExtension>(), system.WithExtension<OwnExtension, OwnProvider>());
        Assert.Same(system.GetExtension<OwnExtension>(), new OwnProvider().Get(system));
        await system.Terminate();
    }

    private sealed class OwnSetup(string text) : Setup
    {
        public string Text { get; } = text;
    }

    private sealed class OtherSetup : Setup
    {
    }

    public sealed class OwnExtension : IExtension
    {
    }

    public sealed class OwnProvider : ExtensionIdProvider<OwnExtension>
    {
        public override OwnExtension CreateExtension(ExtendedActorSystem system) => new();
    }

    public sealed class FailingExtension : IExtension
    {
    }

    public sealed class FailingProvider : ExtensionIdProvider<FailingExtension>
    {
        public override FailingExtension CreateExtension(ExtendedActorSystem system) => throw new InvalidOperationException("planned");
    }
}
