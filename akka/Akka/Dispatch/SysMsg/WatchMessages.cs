using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>Somebody wants to be told of an end.</summary>
public class Watch : SystemMessage
{
    /// <summary>Somebody wants to be told of an end.</summary>
    public Watch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    /// <summary>Of whose.</summary>
    public IInternalActorRef Watchee { get; }

    /// <summary>Who.</summary>
    public IInternalActorRef Watcher { get; }

    /// <inheritdoc/>
    protected bool Equals(Watch other) => Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Watch other && obj.GetType() == GetType() && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    /// <inheritdoc/>
    public override string ToString() => "<Watch>: " + Watcher + " watches " + Watchee;
}

/// <summary>Somebody does not want to be told any more.</summary>
public sealed class Unwatch : SystemMessage
{
    /// <summary>Somebody does not want to be told any more.</summary>
    public Unwatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    /// <summary>Of whose.</summary>
    public IInternalActorRef Watchee { get; }

    /// <summary>Who.</summary>
    public IInternalActorRef Watcher { get; }

    /// <inheritdoc/>
    public override bool Equals(object obj) =>
        obj is Unwatch other && Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    /// <inheritdoc/>
    public override string ToString() => "<Unwatch>: " + Watcher + " unwatches " + Watchee;
}

/// <summary>To the parent and to each watcher: the actor is gone.</summary>
public sealed class DeathWatchNotification : SystemMessage, IDeadLetterSuppression
{
    /// <summary>Tells a watcher of an end.</summary>
    public DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        Actor = actor;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    /// <summary>Who has ended.</summary>
    public IActorRef Actor { get; }

    /// <summary>False if it never lived, as far as is known.</summary>
    public bool ExistenceConfirmed { get; }

    /// <summary>True if its whole system is gone.</summary>
    public bool AddressTerminated { get; }

    /// <inheritdoc/>
    public override string ToString() => "<DeathWatchNotification>: " + Actor + ", ExistenceConfirmed=" + ExistenceConfirmed
        + ", AddressTerminated=" + AddressTerminated;
}

/// <summary>A continuation that has to run on the actor's thread.</summary>
public sealed class ActorTask : SystemMessage
{
    /// <summary>A step of a handler that awaits.</summary>
    public ActorTask(Task task)
    {
        Task = task;
    }

    /// <summary>A step of a handler that awaits.</summary>
    public Task Task { get; }
}
