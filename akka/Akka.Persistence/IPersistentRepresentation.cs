using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>What an actor hands to the journal in one piece.</summary>
public interface IPersistentEnvelope
{
    object Payload { get; }

    IActorRef Sender { get; }

    int Size { get; }
}

/// <summary>An event as plugins see it: with its place in the history of its actor.</summary>
public interface IPersistentRepresentation : IMessage
{
    object Payload { get; }

    /// <summary>Given by an event adapter; empty if there is none.</summary>
    string Manifest { get; }

    string PersistenceId { get; }

    long SequenceNr { get; }

    /// <summary>Of the incarnation that wrote it; the replay filter tells writers apart by it.</summary>
    string WriterGuid { get; }

    bool IsDeleted { get; }

    IActorRef Sender { get; }

    /// <summary>When the journal took it, in ticks, UTC.</summary>
    long Timestamp { get; }

    IPersistentRepresentation WithPayload(object payload);

    IPersistentRepresentation WithManifest(string manifest);

    IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid);

    IPersistentRepresentation WithTimestamp(long timestamp);
}
