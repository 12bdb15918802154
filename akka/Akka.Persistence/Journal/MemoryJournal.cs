using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>A journal for tests: events lie in memory and end with the plugin's actor.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly ConcurrentDictionary<string, MemoryHistory> _own = new(StringComparer.Ordinal);

    private protected virtual ConcurrentDictionary<string, MemoryHistory> Histories => _own;

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (Histories.TryGetValue(persistenceId, out MemoryHistory history))
            foreach (IPersistentRepresentation @event in history.Read(fromSequenceNr, toSequenceNr, max)) recoveryCallback(@event);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(Histories.TryGetValue(persistenceId, out MemoryHistory history) ? history.Highest : 0L);

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        foreach (AtomicWrite write in messages) Histories.GetOrAdd(write.PersistenceId, static _ => new MemoryHistory()).Add(write.Events);
        return Task.FromResult<IImmutableList<Exception>>(null);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        if (Histories.TryGetValue(persistenceId, out MemoryHistory history)) history.Delete(toSequenceNr);
        return Task.CompletedTask;
    }
}

/// <summary>One memory for all systems of the process.</summary>
public class SharedMemoryJournal : MemoryJournal
{
    private static readonly ConcurrentDictionary<string, MemoryHistory> Shared = new(StringComparer.Ordinal);

    private protected override ConcurrentDictionary<string, MemoryHistory> Histories => Shared;
}
