using System;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A tree of actors with what they share: dispatchers, scheduler, event stream, settings, extensions.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    public abstract Settings Settings { get; }

    public abstract string Name { get; }

    public abstract Akka.Serialization.Serialization Serialization { get; }

    public abstract EventStream EventStream { get; }

    public abstract IActorRef DeadLetters { get; }

    public abstract IActorRef IgnoreRef { get; }

    public abstract Dispatchers Dispatchers { get; }

    public abstract Mailboxes Mailboxes { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract ILoggingAdapter Log { get; }

    /// <summary>On the monotonic clock.</summary>
    public TimeSpan StartTime { get; } = DateTimeOffsetNowTimeProvider.Instance.MonotonicClock;

    public TimeSpan Uptime => DateTimeOffsetNowTimeProvider.Instance.MonotonicClock - StartTime;

    public abstract Task WhenTerminated { get; }

    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    public static ActorSystem Create(string name, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Start(name, config, ActorSystemSetup.Empty);
    }

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        Akka.Util.Option<BootstrapSetup> bootstrap = setup.Get<BootstrapSetup>();
        Config config = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : Config.Empty;
        return Start(name, config, setup);
    }

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    public abstract ActorSelection ActorSelection(string actorPath);

    public abstract void Stop(IActorRef actor);

    /// <summary>Runs the coordinated shutdown, or, where that is configured away, stops the guardians. The same task each time.</summary>
    public abstract Task Terminate();

    /// <summary>Run in reverse order of registration when all actors are gone.</summary>
    public abstract void RegisterOnTermination(Action code);

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract object GetExtension(IExtensionId extensionId);

    public abstract T GetExtension<T>() where T : class, IExtension;

    public abstract bool HasExtension(Type type);

    public abstract bool HasExtension<T>() where T : class, IExtension;

    public abstract bool TryGetExtension(Type extensionType, out object extension);

    public abstract bool TryGetExtension<T>(out T extension) where T : class, IExtension;

    public void Dispose()
    {
        Terminate().Wait();
        GC.SuppressFinalize(this);
    }

    private static ActorSystem Start(string name, Config config, ActorSystemSetup setup)
    {
        ActorSystemImpl system = new(name, config, setup);
        system.Start();
        return system;
    }
}

public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IActorRefProvider Provider { get; }

    public abstract IInternalActorRef Guardian { get; }

    public abstract IInternalActorRef LookupRoot { get; }

    public abstract IInternalActorRef SystemGuardian { get; }

    public abstract IActorRef SystemActorOf(Props props, string name = null);

    public abstract IActorRef SystemActorOf<TActor>(string name = null) where TActor : ActorBase, new();

    /// <summary>Stops the guardians without a coordinated shutdown.</summary>
    public abstract void Abort();

    public abstract string PrintTree();
}
