using Cluster.Storage;

namespace Cluster.Actors.Persistence.Log;

/// <summary>All histories of a log, and how much of it is still needed. Guarded by the log's lock.</summary>
internal sealed class LogIndex
{
    private readonly Dictionary<string, History> _histories = new(StringComparer.Ordinal);

    // Oldest first. A segment's bytes go when it is released.
    private readonly List<SegmentUse> _segments = [];

    private sealed class SegmentUse
    {
        public required int Number { get; init; }

        public required Lsn First { get; init; }

        public long Bytes { get; set; }
    }

    public IReadOnlyCollection<History> Histories => _histories.Values;

    /// <summary>Bytes of entries that are not deleted.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Bytes of all records, needed or not.</summary>
    public long TotalBytes { get; private set; }

    public History? Find(string persistenceId) => _histories.GetValueOrDefault(persistenceId);

    public History HistoryOf(string persistenceId)
    {
        if (!_histories.TryGetValue(persistenceId, out History? history)) _histories.Add(persistenceId, history = new History(persistenceId));
        return history;
    }

    public void CountRecord(Lsn lsn, RecordLocation location)
    {
        if (_segments.Count == 0 || _segments[^1].Number != location.Segment)
            _segments.Add(new SegmentUse { Number = location.Segment, First = lsn });
        _segments[^1].Bytes += location.Length;
        TotalBytes += location.Length;
    }

    /// <summary>Segments were released: the log now begins with that record.</summary>
    public void ForgetBefore(Lsn first)
    {
        while (_segments.Count > 1 && _segments[1].First <= first)
        {
            TotalBytes -= _segments[0].Bytes;
            _segments.RemoveAt(0);
        }
    }

    /// <summary>An entry is new, or a copy of one that is here.</summary>
    public void Place(History history, long sequenceNr, long ticks, EntryOrigin origin, Lsn lsn, RecordLocation record, int offset, int length)
    {
        LogEntry? entry = origin.Lsn == lsn.Value ? null : history.Find(sequenceNr, origin);
        if (entry is null)
        {
            entry = new LogEntry(sequenceNr, ticks, origin);
            entry.MoveTo(lsn, record, offset, length);
            history.Add(entry);
            LiveBytes += length;
            return;
        }

        entry.MoveTo(lsn, record, offset, length);
    }

    public void ApplyFloor(History history, long deletedTo, long highest, Lsn lsn)
    {
        history.Highest = Math.Max(history.Highest, highest);
        history.FloorLsn = lsn;
        LiveBytes -= history.RemoveTo(deletedTo);
    }

    public void Remove(History history, LogEntry entry)
    {
        history.Remove(entry);
        LiveBytes -= entry.Length;
    }
}
