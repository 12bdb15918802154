using System;
using System.Collections.Generic;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages that an actor has put aside. To be used on the actor's thread only.</summary>
public interface IStash
{
    /// <summary>How many messages it holds.</summary>
    int Count { get; }

    /// <summary>True without any.</summary>
    bool IsEmpty { get; }

    /// <summary>True with some.</summary>
    bool NonEmpty { get; }

    /// <summary>True if it takes no more.</summary>
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

    /// <summary>Takes all messages out, without handling them.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages in, before those it holds.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>Has a stash.</summary>
public interface IActorStash
{
    /// <summary>The stash; null in the constructor.</summary>
    IStash Stash { get; set; }
}

/// <summary>Has a stash.</summary>
public interface IWithUnrestrictedStash : IActorStash
{
}

/// <summary>Has a stash.</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>
{
}

/// <summary>Has a stash without a limit.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>
{
}

/// <summary>Has a stash with a limit.</summary>
public interface IWithBoundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IBoundedDequeBasedMessageQueueSemantics>
{
}

/// <summary>Makes stashes.</summary>
public static class StashFactory
{
    /// <summary>Makes stashes.</summary>
    public static IStash CreateStash<T>(this IActorContext context) where T : ActorBase => CreateStash(context, typeof(T));

    /// <summary>Makes stashes.</summary>
    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) =>
        CreateStash(context, actorInstance.GetType());

    /// <summary>Makes stashes.</summary>
    public static IStash CreateStash(this IActorContext context, Type actorType)
    {
        if (!typeof(IActorStash).IsAssignableFrom(actorType))
            throw new ArgumentException("Actor " + actorType + " does not implement a stash interface", nameof(actorType));
        return new ActorStash((ActorCell)context);
    }
}
