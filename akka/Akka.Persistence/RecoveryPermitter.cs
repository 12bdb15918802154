using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Persistence;

internal sealed class RequestRecoveryPermit
{
    public static readonly RequestRecoveryPermit Instance = new();
}

internal sealed class RecoveryPermitGranted
{
    public static readonly RecoveryPermitGranted Instance = new();
}

internal sealed class ReturnRecoveryPermit
{
    public static readonly ReturnRecoveryPermit Instance = new();
}

/// <summary>
/// Lets a limited number of actors recover at a time, in the order in which they asked. Invariants: an actor holds at most one permit, also when its
/// next incarnation asks again; one that ends gives its permit back.
/// </summary>
internal sealed class RecoveryPermitter(int max) : ActorBase
{
    private readonly HashSet<IActorRef> _holders = new();
    private readonly LinkedList<IActorRef> _waiting = new();

    public static Props Props(int max) => Akka.Actor.Props.Create(() => new RecoveryPermitter(max));

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case RequestRecoveryPermit:
                Request(Sender);
                return true;
            case ReturnRecoveryPermit:
                Release(Sender);
                return true;
            case Terminated terminated:
                if (!_holders.Contains(terminated.ActorRef)) _waiting.Remove(terminated.ActorRef);
                else Release(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    private void Request(IActorRef actor)
    {
        Context.Watch(actor);
        if (_holders.Contains(actor) || _holders.Count < max) Grant(actor);
        else if (!_waiting.Contains(actor)) _waiting.AddLast(actor);
    }

    private void Grant(IActorRef actor)
    {
        _holders.Add(actor);
        actor.Tell(RecoveryPermitGranted.Instance, Self);
    }

    private void Release(IActorRef actor)
    {
        if (!_holders.Remove(actor)) return;
        Context.Unwatch(actor);
        if (_waiting.First is not { } next) return;
        _waiting.RemoveFirst();
        Grant(next.Value);
    }
}
