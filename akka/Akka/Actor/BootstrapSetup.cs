using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>What a system starts with: configuration, fallback for it, provider.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<ProviderSelection> actorRefProvider)
    {
        Config = config;
        ActorRefProvider = actorRefProvider;
    }

    /// <summary>The configuration, if given.</summary>
    public Option<Config> Config { get; }

    /// <summary>The provider, if given.</summary>
    public Option<ProviderSelection> ActorRefProvider { get; }

    /// <summary>With nothing set.</summary>
    public static BootstrapSetup Create() => new(Option<Config>.None, Option<ProviderSelection>.None);

    /// <summary>With that provider; it wins over the configuration.</summary>
    public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new(Config, new Option<ProviderSelection>(name));

    /// <summary>With that configuration.</summary>
    public BootstrapSetup WithConfig(Config config) => new(new Option<Config>(config), ActorRefProvider);

    /// <summary>With that configuration below the one there is.</summary>
    public BootstrapSetup WithConfigFallback(Config config) =>
        new(new Option<Config>(Config.HasValue ? Config.Value.SafeWithFallback(config) : config), ActorRefProvider);
}
