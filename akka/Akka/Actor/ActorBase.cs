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

    protected static Receive EmptyReceive => static _ => false;

    protected IActorRef Self => OwnCell.Self;

    protected IActorRef Sender => OwnCell.Sender;

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

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        bool handled = receive(message);
        if (!handled) Unhandled(message);
        return handled;
    }

    /// <summary>The strategy for the children's failures; asked once per incarnation.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart()
    {
    }

    protected virtual void PostStop()
    {
    }

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

    protected virtual void PostRestart(Exception reason) => PreStart();

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop() => PostStop();

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        ActorCell cell = OwnCell;
        cell.System.EventStream.Publish(new UnhandledMessage(message, cell.Sender, cell.Self));
    }

    protected void Become(Receive receive) => OwnCell.Become(receive);

    protected void BecomeStacked(Receive receive) => OwnCell.BecomeStacked(receive);

    protected void UnbecomeStacked() => OwnCell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => OwnCell.SetReceiveTimeout(timeout);

    internal Receive InitialReceive => Receive;

    internal SupervisorStrategy CreateSupervisorStrategy() => SupervisorStrategy();

    internal void ReleaseFromCell() => _released = true;
}
