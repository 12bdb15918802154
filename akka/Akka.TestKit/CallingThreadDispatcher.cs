using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>
/// Executes a mailbox on the thread that sends. A message sent to an actor that is at work, on this thread or another,
/// is handled when that work is done.
/// </summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    public static new string Id = "akka.test.calling-thread-dispatcher";

    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : base(configurator)
    {
        base.Id = Id;
        Throughput = int.MaxValue;
    }

    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
    }
}

public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallingThreadDispatcher _dispatcher;

    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        _dispatcher = new CallingThreadDispatcher(this);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
