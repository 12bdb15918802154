using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    IScheduler Scheduler { get; }

    Settings Settings { get; }

    Mailboxes Mailboxes { get; }
}

public sealed class DefaultDispatcherPrerequisites : IDispatcherPrerequisites
{
    public DefaultDispatcherPrerequisites(EventStream eventStream, IScheduler scheduler, Settings settings, Mailboxes mailboxes)
    {
        EventStream = eventStream;
        Scheduler = scheduler;
        Settings = settings;
        Mailboxes = mailboxes;
    }

    public EventStream EventStream { get; }

    public IScheduler Scheduler { get; }

    public Settings Settings { get; }

    public Mailboxes Mailboxes { get; }
}

/// <summary>Makes the dispatcher of one section of the configuration; custom ones are constructed with (Config, prerequisites).</summary>
public abstract class MessageDispatcherConfigurator
{
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The same dispatcher each time, or a new one for each actor.</summary>
    public abstract MessageDispatcher Dispatcher();

    protected ExecutorServiceConfigurator ConfigureExecutor()
    {
        string executor = Config.GetString("executor", "default-executor");
        switch (executor)
        {
            case null or "" or "default-executor" or "thread-pool-executor" or "task-executor" or "channel-executor":
                return new ThreadPoolExecutorConfigurator(Config, Prerequisites);
            case "fork-join-executor":
                return new DedicatedThreadsConfigurator(Config, Prerequisites);
            default:
                Type type = Type.GetType(executor) ?? throw new ConfigurationException("Could not resolve executor service type [" + executor + "]");
                return (ExecutorServiceConfigurator)Activator.CreateInstance(type, Config, Prerequisites);
        }
    }

    internal string Id => Config.GetString("id");

    internal int Throughput => Config.GetInt("throughput", MessageDispatcher.DefaultThroughput);

    internal long ThroughputDeadlineTime => Config.GetTimeSpan("throughput-deadline-time").Ticks;

    internal TimeSpan ShutdownTimeout => Config.GetTimeSpan("shutdown-timeout");
}

public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly MessageDispatcher _instance;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        _instance = new Dispatcher(this, Id, Throughput, ThroughputDeadlineTime, ConfigureExecutor(), ShutdownTimeout);
    }

    public override MessageDispatcher Dispatcher() => _instance;
}

internal sealed class ForkJoinDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly MessageDispatcher _instance;

    public ForkJoinDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        ExecutorServiceFactory threads = new DedicatedThreadsConfigurator(config, prerequisites);
        _instance = new Dispatcher(this, Id, Throughput, ThroughputDeadlineTime, threads, ShutdownTimeout);
    }

    public override MessageDispatcher Dispatcher() => _instance;
}

internal sealed class PinnedDispatcherConfigurator : MessageDispatcherConfigurator
{
    public PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
    }

    public override MessageDispatcher Dispatcher() =>
        new PinnedDispatcher(this, Id, Throughput, ThroughputDeadlineTime, OneThread.Instance, ShutdownTimeout);

    private sealed class OneThread : ExecutorServiceFactory
    {
        public static readonly OneThread Instance = new();

        public override ExecutorService Produce(string id) => new DedicatedThreadsExecutorService(id, 1, background: true);
    }
}
