using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>What an actor hands to the journal in one piece.</summary>
public interface IPersistentEnvelope
{
    /// <summary>What is stored.</summary>
    object Payload { get; }

    /// <summary>Who caused it; nobody once it is stored.</summary>
    IActorRef Sender { get; }

    /// <summary>Number of entries in it.</summary>
    int Size { get; }
}

/// <summary>An event as plugins see it: with its place in the history of its actor.</summary>
public interface IPersistentRepresentation : IMessage
{
    /// <summary>What is stored.</summary>
    object Payload { get; }

    /// <summary>Given by an event adapter; empty if there is none.</summary>
    string Manifest { get; }

    /// <summary>Of the actor whose history it is.</summary>
    string PersistenceId { get; }

    /// <summary>The number in the history of its actor.</summary>
    long SequenceNr { get; }

    /// <summary>Of the incarnation that wrote it; the replay filter tells writers apart by it.</summary>
    string WriterGuid { get; }

    /// <summary>True for an event that is not to be replayed any more.</summary>
    bool IsDeleted { get; }

    /// <summary>Who caused it; nobody once it is stored.</summary>
    IActorRef Sender { get; }

    /// <summary>When the journal took it, in ticks, UTC.</summary>
    long Timestamp { get; }

    /// <summary>The same with another payload.</summary>
    IPersistentRepresentation WithPayload(object payload);

    /// <summary>The same with another manifest.</summary>
    IPersistentRepresentation WithManifest(string manifest);

    /// <summary>The same at another place.</summary>
    IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid);

    /// <summary>The same with another time.</summary>
    IPersistentRepresentation WithTimestamp(long timestamp);
}
