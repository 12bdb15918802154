using System;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The times of <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    public TestKitSettings(Config config)
    {
        var test = (config?.GetConfig("akka.test") ?? Config.Empty).SafeWithFallback(TestKitBase.DefaultConfig.GetConfig("akka.test"));
        DefaultTimeout = test.GetTimeSpan("default-timeout", allowInfinite: false);
        SingleExpectDefault = test.GetTimeSpan("single-expect-default", allowInfinite: false);
        TestEventFilterLeeway = test.GetTimeSpan("filter-leeway", allowInfinite: false);
        TestTimeFactor = test.GetDouble("timefactor");
        LogTestKitCalls = test.GetBoolean("testkit.debug");
        if (TestTimeFactor <= 0)
        {
            throw new ConfigurationException("akka.test.timefactor must be positive.");
        }
    }

    public TimeSpan DefaultTimeout { get; }

    public TimeSpan SingleExpectDefault { get; }

    public TimeSpan TestEventFilterLeeway { get; }

    public double TestTimeFactor { get; }

    public bool LogTestKitCalls { get; }
}

public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    public static TestKitSettings For(ActorSystem system) => system.WithExtension<TestKitSettings, TestKitExtension>();

    public override TestKitSettings CreateExtension(ExtendedActorSystem system) => new(system.Settings.Config);
}

/// <summary>Lets code that knows only the system find the test framework's assertions.</summary>
public class TestKitAssertionsProvider : IExtension
{
    public TestKitAssertionsProvider(ITestKitAssertions assertions)
    {
        Assertions = assertions;
    }

    public ITestKitAssertions Assertions { get; }
}

public class TestKitAssertionsExtension : ExtensionIdProvider<TestKitAssertionsProvider>
{
    private readonly ITestKitAssertions _assertions;

    public TestKitAssertionsExtension(ITestKitAssertions assertions)
    {
        _assertions = assertions;
    }

    public static TestKitAssertionsProvider For(ActorSystem system) => system.GetExtension<TestKitAssertionsProvider>();

    public override TestKitAssertionsProvider CreateExtension(ExtendedActorSystem system) => new(_assertions);
}
