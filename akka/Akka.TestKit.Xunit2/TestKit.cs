using System;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>The base of a test class: a system for each test, terminated after it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>The output of the test, or null.</summary>
    protected readonly ITestOutputHelper Output;

    private bool _disposed;

    /// <summary>With a system of its own, unless it is given one; with an output, the log goes there.</summary>
    public TestKit(ActorSystem system = null, ITestOutputHelper output = null) : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>With a system of its own, unless it is given one; with an output, the log goes there.</summary>
    public TestKit(ActorSystemSetup config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>With a system of its own, unless it is given one; with an output, the log goes there.</summary>
    public TestKit(Config config, string actorSystemName = null, ITestOutputHelper output = null) : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>With a system of its own, unless it is given one; with an output, the log goes there.</summary>
    public TestKit(string config, ITestOutputHelper output = null) : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>What every test system has as its lowest layer but the core's own.</summary>
    public static new Config DefaultConfig => TestKitBase.DefaultConfig;

    /// <summary>Everything that the core can log about actors.</summary>
    public static new Config FullDebugConfig => TestKitBase.FullDebugConfig;

    /// <summary>Failures as the framework's own exceptions.</summary>
    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>Ends the test; its system is terminated.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs after each test; the system is terminated here.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Ends the test; its system is terminated.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            ForgetImplicitSender();
        }
    }

    /// <summary>Writes the system's log to the output of the test, if the class was given one.</summary>
    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, null);

    /// <summary>Writes the system's log to the output of the test, if the class was given one.</summary>
    protected void InitializeLogger(ActorSystem system, string prefix)
    {
        if (Output == null)
        {
            return;
        }

        var output = prefix == null ? Output : new PrefixedOutput(Output, prefix);
        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new TestOutputLogger(output)), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TestKitSettings.DefaultTimeout).GetAwaiter().GetResult();
    }
}
