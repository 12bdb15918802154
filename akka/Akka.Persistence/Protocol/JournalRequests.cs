using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Asks the journal to store what atomic writes are among the envelopes; every envelope is answered, in order.</summary>
public sealed class WriteMessages : IJournalRequest, IEquatable<WriteMessages>
{
    /// <summary>A request to a journal.</summary>
    public WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    {
        Messages = messages;
        PersistentActor = persistentActor;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>What to store, and what takes its turn among it.</summary>
    public IEnumerable<IPersistentEnvelope> Messages { get; }

    /// <summary>Who gets the answers.</summary>
    public IActorRef PersistentActor { get; }

    /// <summary>Of the incarnation that asked; answers to an earlier one are ignored.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessages other) => other is not null && Equals(Messages, other.Messages) && Equals(PersistentActor, other.PersistentActor) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as WriteMessages);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Messages, PersistentActor, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessages<messages: {Messages}, persistentActor: {PersistentActor}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>Asks the journal for stored events; both bounds are inclusive.</summary>
public sealed class ReplayMessages : IJournalRequest, IEquatable<ReplayMessages>
{
    /// <summary>A request to a journal.</summary>
    public ReplayMessages(long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor)
    {
        FromSequenceNr = fromSequenceNr;
        ToSequenceNr = toSequenceNr;
        Max = max;
        PersistenceId = persistenceId;
        PersistentActor = persistentActor;
    }

    /// <summary>The first number meant.</summary>
    public long FromSequenceNr { get; }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <summary>At most this many.</summary>
    public long Max { get; }

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>Who gets the answers.</summary>
    public IActorRef PersistentActor { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayMessages other) => other is not null && FromSequenceNr == other.FromSequenceNr && ToSequenceNr == other.ToSequenceNr && Max == other.Max && PersistenceId == other.PersistenceId && Equals(PersistentActor, other.PersistentActor);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as ReplayMessages);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(FromSequenceNr, ToSequenceNr, Max, PersistenceId, PersistentActor);

    /// <inheritdoc/>
    public override string ToString() => $"ReplayMessages<fromSequenceNr: {FromSequenceNr}, toSequenceNr: {ToSequenceNr}, max: {Max}, persistenceId: {PersistenceId}, persistentActor: {PersistentActor}>";
}

/// <summary>Asks the journal to delete all events up to a sequence number, that one included.</summary>
public sealed class DeleteMessagesTo : IJournalRequest, IEquatable<DeleteMessagesTo>
{
    /// <summary>A request to a journal.</summary>
    public DeleteMessagesTo(string persistenceId, long toSequenceNr, IActorRef persistentActor)
    {
        PersistenceId = persistenceId;
        ToSequenceNr = toSequenceNr;
        PersistentActor = persistentActor;
    }

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <summary>Who gets the answers.</summary>
    public IActorRef PersistentActor { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesTo other) => other is not null && PersistenceId == other.PersistenceId && ToSequenceNr == other.ToSequenceNr && Equals(PersistentActor, other.PersistentActor);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeleteMessagesTo);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, ToSequenceNr, PersistentActor);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesTo<persistenceId: {PersistenceId}, toSequenceNr: {ToSequenceNr}, persistentActor: {PersistentActor}>";
}
