using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor with one method for commands and one for recovery; all messages count as handled.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected abstract void OnCommand(object message);

    protected abstract void OnRecover(object message);

    protected override bool Receive(object message) => ReceiveCommand(message);

    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected sealed override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
