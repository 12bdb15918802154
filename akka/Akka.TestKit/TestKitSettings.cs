using System;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The times of <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    /// <summary>Reads <c>akka.test</c>.</summary>
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

    /// <summary>For latches and barriers.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation waits outside of Within when it is given no time.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its events after the action.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>Every wait that a test gives is multiplied by it.</summary>
    public double TestTimeFactor { get; }

    /// <summary>Whether calls of the kit are logged.</summary>
    public bool LogTestKitCalls { get; }
}

/// <summary>Gives a system its test settings.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    /// <summary>What the system has.</summary>
    public static TestKitSettings For(ActorSystem system) => system.WithExtension<TestKitSettings, TestKitExtension>();

    /// <inheritdoc/>
    public override TestKitSettings CreateExtension(ExtendedActorSystem system) => new(system.Settings.Config);
}

/// <summary>Lets code that knows only the system find the test framework's assertions.</summary>
public class TestKitAssertionsProvider : IExtension
{
    /// <summary>The assertions of the test framework.</summary>
    public TestKitAssertionsProvider(ITestKitAssertions assertions)
    {
        Assertions = assertions;
    }

    /// <summary>The assertions of the test framework.</summary>
    public ITestKitAssertions Assertions { get; }
}

/// <summary>The assertions of the test framework.</summary>
public class TestKitAssertionsExtension : ExtensionIdProvider<TestKitAssertionsProvider>
{
    private readonly ITestKitAssertions _assertions;

    /// <summary>The assertions of the test framework.</summary>
    public TestKitAssertionsExtension(ITestKitAssertions assertions)
    {
        _assertions = assertions;
    }

    /// <summary>What the system has.</summary>
    public static TestKitAssertionsProvider For(ActorSystem system) => system.GetExtension<TestKitAssertionsProvider>();

    /// <inheritdoc/>
    public override TestKitAssertionsProvider CreateExtension(ExtendedActorSystem system) => new(_assertions);
}
