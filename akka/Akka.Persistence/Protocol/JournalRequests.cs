using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Asks the journal to store what atomic writes are among the envelopes; every envelope is answered, in order.</summary>
public sealed class WriteMessages : IJournalRequest, IEquatable<WriteMessages>
{
    public WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    {
        Messages = messages;
        PersistentActor = persistentActor;
        ActorInstanceId = actorInstanceId;
    }

    public IEnumerable<IPersistentEnvelope> Messages { get; }

    public IActorRef PersistentActor { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessages other) => other is not null && Equals(Messages, other.Messages) && Equals(PersistentActor, other.PersistentActor) && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object obj) => Equals(obj as WriteMessages);

    public override int GetHashCode() => HashCode.Combine(Messages, PersistentActor, ActorInstanceId);

    public override string ToString() => $"WriteMessages<messages: {Messages}, persistentActor: {PersistentActor}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>Asks the journal for stored events; both bounds are inclusive.</summary>
public sealed class ReplayMessages : IJournalRequest, IEquatable<ReplayMessages>
{
    public ReplayMessages(long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor)
    {
        FromSequenceNr = fromSequenceNr;
        ToSequenceNr = toSequenceNr;
        Max = max;
        PersistenceId = persistenceId;
        PersistentActor = persistentActor;
    }

    public long FromSequenceNr { get; }

    public long ToSequenceNr { get; }

    public long Max { get; }

    public string PersistenceId { get; }

    public IActorRef PersistentActor { get; }

    public bool Equals(ReplayMessages other) => other is not null && FromSequenceNr == other.FromSequenceNr && ToSequenceNr == other.ToSequenceNr && Max == other.Max && PersistenceId == other.PersistenceId && Equals(PersistentActor, other.PersistentActor);

    public override bool Equals(object obj) => Equals(obj as ReplayMessages);

    public override int GetHashCode() => HashCode.Combine(FromSequenceNr, ToSequenceNr, Max, PersistenceId, PersistentActor);

    public override string ToString() => $"ReplayMessages<fromSequenceNr: {FromSequenceNr}, toSequenceNr: {ToSequenceNr}, max: {Max}, persistenceId: {PersistenceId}, persistentActor: {PersistentActor}>";
}

/// <summary>Asks the journal to delete all events up to a sequence number, that one included.</summary>
public sealed class DeleteMessagesTo : IJournalRequest, IEquatable<DeleteMessagesTo>
{
    public DeleteMessagesTo(string persistenceId, long toSequenceNr, IActorRef persistentActor)
    {
        PersistenceId = persistenceId;
        ToSequenceNr = toSequenceNr;
        PersistentActor = persistentActor;
    }

    public string PersistenceId { get; }

    public long ToSequenceNr { get; }

    public IActorRef PersistentActor { get; }

    public bool Equals(DeleteMessagesTo other) => other is not null && PersistenceId == other.PersistenceId && ToSequenceNr == other.ToSequenceNr && Equals(PersistentActor, other.PersistentActor);

    public override bool Equals(object obj) => Equals(obj as DeleteMessagesTo);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, ToSequenceNr, PersistentActor);

    public override string ToString() => $"DeleteMessagesTo<persistenceId: {PersistenceId}, toSequenceNr: {ToSequenceNr}, persistentActor: {PersistentActor}>";
}
