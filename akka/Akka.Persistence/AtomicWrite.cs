using System;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>Events of one actor, with consecutive sequence numbers, of which the journal stores either all or none.</summary>
public sealed class AtomicWrite : IPersistentEnvelope, IMessage
{
    private readonly IImmutableList<IPersistentRepresentation> _events;

    /// <summary>All or none of these.</summary>
    public AtomicWrite(IPersistentRepresentation @event) : this(ImmutableArray.Create(@event))
    {
    }

    /// <summary>All or none of these.</summary>
    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0) throw new ArgumentException("Payload of AtomicWrite must not be empty.", nameof(payload));
        IPersistentRepresentation first = payload[0];
        long lowest = first.SequenceNr;
        long highest = lowest;
        for (int i = 1; i < payload.Count; i++)
        {
            IPersistentRepresentation next = payload[i];
            if (next.PersistenceId != first.PersistenceId)
            {
                throw new ArgumentException(
                    $"AtomicWrite must contain messages for the same persistenceId, yet difference found: {first.PersistenceId} and {next.PersistenceId}.",
                    nameof(payload));
            }

            lowest = Math.Min(lowest, next.SequenceNr);
            highest = Math.Max(highest, next.SequenceNr);
        }

        _events = payload;
        PersistenceId = first.PersistenceId;
        LowestSequenceNr = lowest;
        HighestSequenceNr = highest;
    }

    /// <summary>The events: an IImmutableList of IPersistentRepresentation.</summary>
    public object Payload => _events;

    /// <summary>Always none: each event has its own.</summary>
    public IActorRef Sender => ActorRefs.NoSender;

    /// <inheritdoc/>
    public int Size => _events.Count;

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>The lowest number in it.</summary>
    public long LowestSequenceNr { get; }

    /// <summary>The highest number in it.</summary>
    public long HighestSequenceNr { get; }

    internal IImmutableList<IPersistentRepresentation> Events => _events;

    /// <inheritdoc/>
    public bool Equals(AtomicWrite other)
    {
        if (other is null || other.Size != Size) return false;
        for (int i = 0; i < _events.Count; i++)
            if (!Equals(_events[i], other._events[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as AtomicWrite);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, LowestSequenceNr, Size);

    /// <inheritdoc/>
    public override string ToString() => $"AtomicWrite<pid: {PersistenceId}, lowSeqNr: {LowestSequenceNr}, highSeqNr: {HighestSequenceNr}, size: {Size}>";
}

/// <summary>Something that is not stored but takes its turn among what is.</summary>
internal sealed class NonPersistentMessage(object payload, IActorRef sender) : IPersistentEnvelope
{
    public object Payload { get; } = payload;

    public IActorRef Sender { get; } = sender;

    public int Size => 1;
}
