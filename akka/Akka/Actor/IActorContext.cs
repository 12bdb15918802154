using System;
using System.Collections.Generic;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor's view of its own place; to be used on the actor's thread only.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    /// <summary>The actor's own reference.</summary>
    IActorRef Self { get; }

    /// <summary>Who sent the message at hand; the dead letters if nobody.</summary>
    IActorRef Sender { get; }

    /// <summary>The supervisor.</summary>
    IActorRef Parent { get; }

    /// <summary>How the actor was made.</summary>
    Props Props { get; }

    /// <summary>The system.</summary>
    ActorSystem System { get; }

    /// <summary>Who runs the actor.</summary>
    MessageDispatcher Dispatcher { get; }

    /// <summary>The time after which an idle actor is told; null for never.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>The child of that name, or nobody.</summary>
    IActorRef Child(string name);

    /// <summary>The children.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>Replaces the present behaviour.</summary>
    void Become(Receive receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour below, if there is one.</summary>
    void UnbecomeStacked();

    /// <summary>After that time without a message the actor gets <see cref="ReceiveTimeout"/>; null ends this.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops an actor after the message at hand.</summary>
    void Stop(IActorRef child);
}

/// <summary>The context of an untyped actor.</summary>
public interface IUntypedActorContext : IActorContext
{
    /// <summary>Replaces the present behaviour.</summary>
    void Become(UntypedReceive receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    void BecomeStacked(UntypedReceive receive);
}

/// <summary>The context of an actor, for the runtime.</summary>
public interface IInternalActor
{
    /// <summary>The context of an actor, for the runtime.</summary>
    IActorContext ActorContext { get; }
}
