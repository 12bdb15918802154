using System;
using System.Collections.Generic;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor's view of its own place; to be used on the actor's thread only.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    IActorRef Sender { get; }

    IActorRef Parent { get; }

    Props Props { get; }

    ActorSystem System { get; }

    MessageDispatcher Dispatcher { get; }

    TimeSpan? ReceiveTimeout { get; }

    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    void Become(Receive receive);

    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    void SetReceiveTimeout(TimeSpan? timeout);

    void Stop(IActorRef child);
}

public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}

public interface IInternalActor
{
    IActorContext ActorContext { get; }
}
