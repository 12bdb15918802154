using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>Configurations for test systems.</summary>
public static class TestConfigs
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.reference.conf");

    private static readonly Config VirtualTime =
        ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"");

    /// <summary>What every test system has as its lowest layer but the core's own.</summary>
    public static Config DefaultConfig => Reference;

    /// <summary>Time that stands still until the test moves it.</summary>
    public static Config TestSchedulerConfig => VirtualTime;
}
