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
    /// <summary>What the configuration says.</summary>
    public abstract Settings Settings { get; }

    /// <summary>The name, a part of every address.</summary>
    public abstract string Name { get; }

    /// <summary>Which serializer serves which type. Made anew when a module brings its defaults.</summary>
    public abstract Akka.Serialization.Serialization Serialization { get; }

    /// <summary>Where anybody can publish and subscribe.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>Where messages go that nobody gets.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>A reference that drops everything.</summary>
    public abstract IActorRef IgnoreRef { get; }

    /// <summary>The dispatchers by their path in the configuration.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>The mailboxes by their path in the configuration.</summary>
    public abstract Mailboxes Mailboxes { get; }

    /// <summary>Does something later.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>The log of the system itself.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>On the monotonic clock.</summary>
    public TimeSpan StartTime { get; } = DateTimeOffsetNowTimeProvider.Instance.MonotonicClock;

    /// <summary>How long the system has been up.</summary>
    public TimeSpan Uptime => DateTimeOffsetNowTimeProvider.Instance.MonotonicClock - StartTime;

    /// <summary>Completes when everything has stopped.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>Starts a system. What the configuration asks for is up when this returns.</summary>
    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    /// <summary>Starts a system. What the configuration asks for is up when this returns.</summary>
    public static ActorSystem Create(string name, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Start(name, config, ActorSystemSetup.Empty);
    }

    /// <summary>Starts a system. What the configuration asks for is up when this returns.</summary>
    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    /// <summary>Starts a system. What the configuration asks for is up when this returns.</summary>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        Akka.Util.Option<BootstrapSetup> bootstrap = setup.Get<BootstrapSetup>();
        Config config = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : Config.Empty;
        return Start(name, config, setup);
    }

    /// <summary>Makes an actor below the user guardian.</summary>
    public abstract IActorRef ActorOf(Props props, string name = null);

    /// <summary>Names actors by a path, which may have wildcards.</summary>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>Names actors by a path, which may have wildcards.</summary>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor after the message at hand.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>Runs the coordinated shutdown, or, where that is configured away, stops the guardians. The same task each time.</summary>
    public abstract Task Terminate();

    /// <summary>Run in reverse order of registration when all actors are gone.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Makes the extension, or gives the one there is.</summary>
    public abstract object RegisterExtension(IExtensionId extension);

    /// <summary>The extension, or an error if it was never registered.</summary>
    public abstract object GetExtension(IExtensionId extensionId);

    /// <summary>The extension, or an error if it was never registered.</summary>
    public abstract T GetExtension<T>() where T : class, IExtension;

    /// <summary>True if the extension was registered.</summary>
    public abstract bool HasExtension(Type type);

    /// <summary>True if the extension was registered.</summary>
    public abstract bool HasExtension<T>() where T : class, IExtension;

    /// <summary>The extension; false if it was never registered.</summary>
    public abstract bool TryGetExtension(Type extensionType, out object extension);

    /// <summary>The extension; false if it was never registered.</summary>
    public abstract bool TryGetExtension<T>(out T extension) where T : class, IExtension;

    /// <summary>Terminates the system and waits for that.</summary>
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

/// <summary>What extensions and serializers need of a system.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    /// <summary>Who makes and resolves references.</summary>
    public abstract IActorRefProvider Provider { get; }

    /// <summary>The parent of all actors of the user.</summary>
    public abstract IInternalActorRef Guardian { get; }

    /// <summary>Where paths begin.</summary>
    public abstract IInternalActorRef LookupRoot { get; }

    /// <summary>The parent of all actors of modules.</summary>
    public abstract IInternalActorRef SystemGuardian { get; }

    /// <summary>Makes an actor below the system guardian: it lives longer than those of the user.</summary>
    public abstract IActorRef SystemActorOf(Props props, string name = null);

    /// <summary>Makes an actor below the system guardian: it lives longer than those of the user.</summary>
    public abstract IActorRef SystemActorOf<TActor>(string name = null) where TActor : ActorBase, new();

    /// <summary>Stops the guardians without a coordinated shutdown.</summary>
    public abstract void Abort();

    /// <summary>The tree of actors, for a developer.</summary>
    public abstract string PrintTree();
}
