using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>What journal plugins have in common.</summary>
public abstract class WriteJournalBase : ActorBase
{
    /// <summary>What of the envelopes is to be stored: with its time and without its sender, who matters only while it is answered.</summary>
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables)
    {
        List<AtomicWrite> prepared = new();
        long now = DateTime.UtcNow.Ticks;
        foreach (IPersistentEnvelope envelope in resequenceables)
            if (envelope is AtomicWrite write) prepared.Add(Prepare(write, now));
        return prepared;
    }

    private static AtomicWrite Prepare(AtomicWrite write, long now)
    {
        if (write.Size == 1) return new AtomicWrite(Prepare(write.Events[0], now));
        ImmutableArray<IPersistentRepresentation>.Builder events = ImmutableArray.CreateBuilder<IPersistentRepresentation>(write.Size);
        foreach (IPersistentRepresentation @event in write.Events) events.Add(Prepare(@event, now));
        return new AtomicWrite(events.MoveToImmutable());
    }

    private static Persistent Prepare(IPersistentRepresentation @event, long now) => new(
        @event.Payload, @event.SequenceNr, @event.PersistenceId, @event.Manifest, @event.IsDeleted, ActorRefs.NoSender, @event.WriterGuid, now);
}
