using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

public class Watch : SystemMessage
{
    public Watch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    protected bool Equals(Watch other) => Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    public override bool Equals(object obj) => obj is Watch other && obj.GetType() == GetType() && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => "<Watch>: " + Watcher + " watches " + Watchee;
}

public sealed class Unwatch : SystemMessage
{
    public Unwatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    public override bool Equals(object obj) =>
        obj is Unwatch other && Equals(Watchee, other.Watchee) && Equals(Watcher, other.Watcher);

    public override int GetHashCode() => HashCode.Combine(Watchee, Watcher);

    public override string ToString() => "<Unwatch>: " + Watcher + " unwatches " + Watchee;
}

/// <summary>To the parent and to each watcher: the actor is gone.</summary>
public sealed class DeathWatchNotification : SystemMessage, IDeadLetterSuppression
{
    public DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        Actor = actor;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    public IActorRef Actor { get; }

    public bool ExistenceConfirmed { get; }

    public bool AddressTerminated { get; }

    public override string ToString() => "<DeathWatchNotification>: " + Actor + ", ExistenceConfirmed=" + ExistenceConfirmed
        + ", AddressTerminated=" + AddressTerminated;
}

/// <summary>A continuation that has to run on the actor's thread.</summary>
public sealed class ActorTask : SystemMessage
{
    public ActorTask(Task task)
    {
        Task = task;
    }

    public Task Task { get; }
}
