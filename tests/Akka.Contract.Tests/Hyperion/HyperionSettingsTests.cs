using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using Akka.Serialization.Hyperion;
using Hyperion;
using Xunit;

namespace Akka.Contract.Tests.Hyperion;

public sealed class HyperionSettingsTests(HyperionFixture fixture) : IClassFixture<HyperionFixture>
{
    [Fact]
    public void The_defaults_are_those_of_the_embedded_configuration()
    {
        var settings = HyperionSerializerSettings.Default;

        Assert.True(settings.PreserveObjectReferences);
        Assert.True(settings.VersionTolerance);
        Assert.True(settings.DisallowUnsafeType);
        Assert.Same(DisabledTypeFilter.Instance, settings.TypeFilter);
        Assert.Empty(settings.Surrogates);
        Assert.Equal("Akka.Serialization.NoKnownTypes", settings.KnownTypesProvider.FullName);
    }

    [Fact]
    public void Settings_change_by_copies()
    {
        var changed = HyperionSerializerSettings.Default.WithVersionTolerance(false).WithPreserveObjectReference(false);

        Assert.False(changed.VersionTolerance);
        Assert.False(changed.PreserveObjectReferences);
        Assert.True(HyperionSerializerSettings.Default.VersionTolerance);
    }

    [Fact]
    public void The_serializer_has_its_identifier_and_needs_no_manifest()
    {
        var serializer = fixture.Make();

        Assert.Equal(-5, serializer.Identifier);
        Assert.False(serializer.IncludeManifest);
    }

    [Fact]
    public void It_is_not_in_force_unless_configured()
    {
        Assert.IsNotType<HyperionSerializer>(fixture.System.Serialization.FindSerializerFor(new Leaf("x", 1)));
    }

    [Fact]
    public async Task Bound_by_configuration_it_serves_what_it_is_bound_to()
    {
        var config = ConfigurationFactory.ParseString("""
            akka.loglevel = OFF
            akka.actor.serialization-bindings { "Akka.Contract.Tests.Hyperion.Leaf, Akka.Contract.Tests" = hyperion }
            """).WithFallback(HyperionSerializer.DefaultConfiguration());
        var system = ActorSystem.Create("bound", config);
        var serializer = system.Serialization.FindSerializerFor(new Leaf("x", 1));

        Assert.IsType<HyperionSerializer>(serializer);
        Assert.Equal(new Leaf("x", 1), system.Serialization.Deserialize(system.Serialization.Serialize(new Leaf("x", 1)), serializer.Identifier, ""));
        await system.Terminate();
    }

    [Fact]
    public async Task A_setup_shows_in_the_settings()
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka.loglevel = OFF")),
            HyperionSerializerSetup.Empty.WithVersionTolerance(false).WithPreserveObjectReference(false));
        var system = ActorSystem.Create("setup", setup);
        var serializer = new HyperionSerializer((ExtendedActorSystem)system);

        Assert.False(serializer.Settings.VersionTolerance);
        Assert.False(serializer.Settings.PreserveObjectReferences);
        await system.Terminate();
    }

    [Fact]
    public void An_empty_section_is_an_error()
    {
        Assert.Throws<ConfigurationException>(() => HyperionSerializerSettings.Create(Config.Empty));
    }
}
