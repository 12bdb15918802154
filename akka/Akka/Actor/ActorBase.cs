using System;
using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The base of all actors. An instance lives from one (re)start to the next; the cell around it keeps identity and mailbox.</summary>
public abstract class ActorBase : IInternalActor
{
    // Set by the runtime when it lets go of the instance: a finished incarnation must not act for its successor.
    private ActorCell _cell;
    private bool _released;

    /// <summary>Only the runtime makes actors; anybody else gets an exception.</summary>
    protected ActorBase()
    {
        ActorCell cell = InternalCurrentActorCellKeeper.Current;
        if (cell is null || !cell.IsCreatingInstance)
        {
            throw new ActorInitializationException(
                "An instance of " + GetType() + " cannot be created with 'new'; use ActorOf with Props");
        }

        _cell = cell;
        cell.PrepareInstance(this);
    }

    /// <summary>Handles nothing.</summary>
    protected static Receive EmptyReceive => static _ => false;

    /// <summary>The actor's own reference.</summary>
    protected IActorRef Self => OwnCell.Self;

    /// <summary>Who sent the message at hand; the dead letters if nobody.</summary>
    protected IActorRef Sender => OwnCell.Sender;

    /// <summary>What the runtime offers to the actor. Only while it handles something.</summary>
    protected static IActorContext Context => CurrentCell;

    IActorContext IInternalActor.ActorContext => OwnCell;

    internal static ActorCell CurrentCell => InternalCurrentActorCellKeeper.Current
        ?? throw new NotSupportedException("There is no active ActorContext, this is most likely due to use of async operations from within this actor");

    /// <summary>The cell this instance serves, null after it was let go.</summary>
    internal ActorCell Cell => _released ? null : _cell;

    internal bool IsReleased => _released;

    private ActorCell OwnCell => _cell;

    /// <summary>Handles a message; false when it is not handled.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Wraps the handling of each message.</summary>
    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        bool handled = receive(message);
        if (!handled) Unhandled(message);
        return handled;
    }

    /// <summary>The strategy for the children's failures; asked once per incarnation.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Runs before the first message, and by default after each restart.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Runs when the actor has stopped, and by default before each restart.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Runs on the instance that failed; by default stops the children.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        ActorCell cell = OwnCell;
        foreach (IActorRef child in cell.GetChildren())
        {
            cell.Unwatch(child);
            cell.Stop(child);
        }

        PostStop();
    }

    /// <summary>Runs on the instance that takes over.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Wraps the hook, for base classes.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Wraps the hook, for base classes.</summary>
    public virtual void AroundPostStop() => PostStop();

    /// <summary>Wraps the hook, for base classes.</summary>
    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    /// <summary>Wraps the hook, for base classes.</summary>
    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    /// <summary>What becomes of a message that no handler took: it is published.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        ActorCell cell = OwnCell;
        cell.System.EventStream.Publish(new UnhandledMessage(message, cell.Sender, cell.Self));
    }

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(Receive receive) => OwnCell.Become(receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    protected void BecomeStacked(Receive receive) => OwnCell.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour below, if there is one.</summary>
    protected void UnbecomeStacked() => OwnCell.UnbecomeStacked();

    /// <summary>After that time without a message the actor gets <see cref="ReceiveTimeout"/>; null ends this.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => OwnCell.SetReceiveTimeout(timeout);

    internal Receive InitialReceive => Receive;

    internal SupervisorStrategy CreateSupervisorStrategy() => SupervisorStrategy();

    internal void ReleaseFromCell() => _released = true;
}
