using Cluster.Storage;

namespace Cluster.Actors.Persistence.Log;

/// <summary>
/// What the log holds of one persistence id. Guarded by the log's lock.
/// Invariants: entries ascend by (sequence number, origin); Highest never goes back, whatever is removed.
/// </summary>
internal sealed class History(string persistenceId)
{
    private readonly List<LogEntry> _entries = [];

    public string PersistenceId { get; } = persistenceId;

    public long Highest { get; set; }

    /// <summary>The newest record that says what Highest is; none if there is none.</summary>
    public Lsn FloorLsn { get; set; }

    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Without a floor record, Highest would be forgotten with the records of what was deleted.</summary>
    public bool NeedsFloor => Highest > 0 && (_entries.Count == 0 || _entries[^1].SequenceNr < Highest);

    /// <summary>Two writers may give the same number: then the one written first comes first.</summary>
    public void Add(LogEntry entry)
    {
        int at = _entries.Count;
        while (at > 0 && IsBehind(_entries[at - 1], entry)) at--;
        _entries.Insert(at, entry);
        Highest = Math.Max(Highest, entry.SequenceNr);
    }

    public LogEntry? Find(long sequenceNr, EntryOrigin origin)
    {
        for (int i = FirstFrom(sequenceNr); i < _entries.Count && _entries[i].SequenceNr == sequenceNr; i++)
            if (_entries[i].Origin == origin) return _entries[i];
        return null;
    }

    /// <summary>The index of the first entry that is not below the number.</summary>
    public int FirstFrom(long sequenceNr)
    {
        int low = 0;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].SequenceNr < sequenceNr) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Removes all entries up to the number; gives the bytes that they took.</summary>
    public long RemoveTo(long sequenceNr)
    {
        int count = sequenceNr == long.MaxValue ? _entries.Count : FirstFrom(sequenceNr + 1);
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            _entries[i].IsRemoved = true;
            bytes += _entries[i].Length;
        }

        _entries.RemoveRange(0, count);
        return bytes;
    }

    public void Remove(LogEntry entry)
    {
        entry.IsRemoved = true;
        _entries.Remove(entry);
    }

    private static bool IsBehind(LogEntry left, LogEntry right) =>
        left.SequenceNr > right.SequenceNr || (left.SequenceNr == right.SequenceNr && left.Origin.CompareTo(right.Origin) > 0);
}
