using System;

namespace Akka.Dispatch;

/// <summary>Runs its actors' mailboxes on an executor, which it makes when the first one wants to run.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly Lazy<ExecutorService> _executor;

    /// <summary>Made by its configurator.</summary>
    public Dispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout) : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
        _executor = new Lazy<ExecutorService>(() => executorServiceFactory.Produce(id));
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run) => _executor.Value.Execute(run);

    /// <inheritdoc/>
    protected override void Shutdown()
    {
        if (_executor.IsValueCreated) _executor.Value.Shutdown();
    }
}

/// <summary>One thread for one actor; it ends with the actor.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    /// <summary>Made by its configurator.</summary>
    public PinnedDispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
    }

    internal override void OnUninhabited() => Shutdown();
}
