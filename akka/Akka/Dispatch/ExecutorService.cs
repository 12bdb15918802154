using System.Threading;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Threads to run mailboxes on.</summary>
public abstract class ExecutorService
{
    /// <summary>Gives threads to the dispatcher of that id.</summary>
    protected ExecutorService(string id)
    {
        Id = id;
    }

    /// <summary>The dispatcher that it works for.</summary>
    public string Id { get; }

    /// <summary>Runs it, some time soon.</summary>
    public abstract void Execute(IRunnable run);

    /// <summary>Ends its threads.</summary>
    public abstract void Shutdown();
}

/// <summary>Makes an executor.</summary>
public abstract class ExecutorServiceFactory
{
    /// <summary>Makes it.</summary>
    public abstract ExecutorService Produce(string id);
}

/// <summary>Constructed with (Config of the dispatcher, prerequisites).</summary>
public abstract class ExecutorServiceConfigurator : ExecutorServiceFactory
{
    /// <summary>Made from its section.</summary>
    protected ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    /// <summary>The section of the configuration.</summary>
    public Config Config { get; }

    /// <summary>What dispatchers need of the system.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }
}

/// <summary>The pool of .NET. A mailbox is a work item itself, so scheduling allocates nothing.</summary>
internal sealed class ThreadPoolExecutorService : ExecutorService
{
    public ThreadPoolExecutorService(string id) : base(id)
    {
    }

    public override void Execute(IRunnable run)
    {
        if (!OwnWork.TryKeep(run)) ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    public override void Shutdown()
    {
    }
}

internal sealed class ThreadPoolExecutorConfigurator : ExecutorServiceConfigurator
{
    public ThreadPoolExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
    }

    public override ExecutorService Produce(string id) => new ThreadPoolExecutorService(id);
}

internal sealed class DedicatedThreadsConfigurator : ExecutorServiceConfigurator
{
    private readonly int _threads;
    private readonly bool _background;

    public DedicatedThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        // The first belongs to a ForkJoinDispatcher, the second to the executor of that name.
        Config pool = config.GetConfig("dedicated-thread-pool") ?? config.GetConfig("fork-join-executor.dedicated-thread-pool");
        if (pool.IsNullOrEmpty())
            throw new ConfigurationException("dedicated-thread-pool.thread-count is missing for dispatcher [" + config.GetString("id") + "]");
        _threads = pool.GetInt("thread-count");
        if (_threads <= 0)
            throw new ConfigurationException("dedicated-thread-pool.thread-count of dispatcher [" + config.GetString("id") + "] must be positive");
        _background = pool.GetString("threadtype", "background") != "foreground";
    }

    public override ExecutorService Produce(string id) => new DedicatedThreadsExecutorService(id, _threads, _background);
}
