using System;
using System.Collections.Generic;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages that an actor has put aside. To be used on the actor's thread only.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    /// <summary>-1: without limit.</summary>
    int Capacity { get; }

    /// <summary>Puts the message in work aside.</summary>
    void Stash();

    /// <summary>Puts the oldest back to the front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back to the front of the mailbox, in the order in which they had come.</summary>
    void UnstashAll();

    /// <summary>As above; those that do not match the predicate are dropped.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    IEnumerable<Envelope> ClearStash();

    void Prepend(IEnumerable<Envelope> envelopes);
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithUnrestrictedStash : IActorStash
{
}

public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>
{
}

public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>
{
}

public interface IWithBoundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IBoundedDequeBasedMessageQueueSemantics>
{
}

public static class StashFactory
{
    public static IStash CreateStash<T>(this IActorContext context) where T : ActorBase => CreateStash(context, typeof(T));

    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) =>
        CreateStash(context, actorInstance.GetType());

    public static IStash CreateStash(this IActorContext context, Type actorType)
    {
        if (!typeof(IActorStash).IsAssignableFrom(actorType))
            throw new ArgumentException("Actor " + actorType + " does not implement a stash interface", nameof(actorType));
        return new ActorStash((ActorCell)context);
    }
}
