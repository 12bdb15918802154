using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>
/// Executes a mailbox on the thread that sends. A message sent to an actor that is at work, on this thread or another,
/// is handled when that work is done.
/// </summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    /// <summary>Where the configuration has it.</summary>
    public static new string Id = "akka.test.calling-thread-dispatcher";

    /// <summary>Made by its configurator.</summary>
    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : base(configurator)
    {
        base.Id = Id;
        Throughput = int.MaxValue;
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run) => run.Run();

    /// <inheritdoc/>
    protected override void Shutdown()
    {
    }
}

/// <summary>Gives every actor the one dispatcher of its section.</summary>
public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallingThreadDispatcher _dispatcher;

    /// <summary>Made from its section.</summary>
    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        _dispatcher = new CallingThreadDispatcher(this);
    }

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _dispatcher;
}
