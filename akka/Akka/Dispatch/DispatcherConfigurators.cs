using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>What dispatchers need of the system.</summary>
public interface IDispatcherPrerequisites
{
    /// <summary>Where failures are published.</summary>
    EventStream EventStream { get; }

    /// <summary>Does something later.</summary>
    IScheduler Scheduler { get; }

    /// <summary>What the configuration says.</summary>
    Settings Settings { get; }

    /// <summary>The mailboxes of the system.</summary>
    Mailboxes Mailboxes { get; }
}

/// <summary>What dispatchers need of the system.</summary>
public sealed class DefaultDispatcherPrerequisites : IDispatcherPrerequisites
{
    /// <summary>What dispatchers need of the system.</summary>
    public DefaultDispatcherPrerequisites(EventStream eventStream, IScheduler scheduler, Settings settings, Mailboxes mailboxes)
    {
        EventStream = eventStream;
        Scheduler = scheduler;
        Settings = settings;
        Mailboxes = mailboxes;
    }

    /// <inheritdoc/>
    public EventStream EventStream { get; }

    /// <inheritdoc/>
    public IScheduler Scheduler { get; }

    /// <inheritdoc/>
    public Settings Settings { get; }

    /// <inheritdoc/>
    public Mailboxes Mailboxes { get; }
}

/// <summary>Makes the dispatcher of one section of the configuration; custom ones are constructed with (Config, prerequisites).</summary>
public abstract class MessageDispatcherConfigurator
{
    /// <summary>Made from its section.</summary>
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    /// <summary>The section of the configuration.</summary>
    public Config Config { get; }

    /// <summary>What dispatchers need of the system.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The same dispatcher each time, or a new one for each actor.</summary>
    public abstract MessageDispatcher Dispatcher();

    /// <summary>Who gives the threads, by <c>executor</c>.</summary>
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

/// <summary>Gives all actors of a section one dispatcher.</summary>
public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly MessageDispatcher _instance;

    /// <summary>Made from its section.</summary>
    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        _instance = new Dispatcher(this, Id, Throughput, ThroughputDeadlineTime, ConfigureExecutor(), ShutdownTimeout);
    }

    /// <inheritdoc/>
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
