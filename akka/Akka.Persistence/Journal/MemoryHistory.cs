using System;
using System.Collections.Generic;

namespace Akka.Persistence.Journal;

/// <summary>The events of one persistence id, by number. Any thread.</summary>
internal sealed class MemoryHistory
{
    private readonly object _lock = new();
    private readonly List<IPersistentRepresentation> _events = new();
    private long _highest;

    /// <summary>Survives deletes.</summary>
    public long Highest
    {
        get
        {
            lock (_lock) return _highest;
        }
    }

    public void Add(IReadOnlyList<IPersistentRepresentation> events)
    {
        lock (_lock)
        {
            foreach (IPersistentRepresentation @event in events)
            {
                // Two writers may give the same numbers: among equals the order of arrival stays, and the replay filter decides between writers.
                int at = _events.Count;
                while (at > 0 && _events[at - 1].SequenceNr > @event.SequenceNr) at--;
                _events.Insert(at, @event);
                _highest = Math.Max(_highest, @event.SequenceNr);
            }
        }
    }

    public void Delete(long to)
    {
        lock (_lock) _events.RemoveAll(@event => @event.SequenceNr <= to);
    }

    public List<IPersistentRepresentation> Read(long from, long to, long max)
    {
        List<IPersistentRepresentation> found = new();
        lock (_lock)
        {
            foreach (IPersistentRepresentation @event in _events)
            {
                if (@event.SequenceNr < from || @event.SequenceNr > to) continue;
                if (found.Count >= max) break;
                found.Add(@event);
            }
        }

        return found;
    }
}
