namespace Cluster.Storage.Slots;

/// <summary>
/// The committed slots of a shard, and the tables that appended, uncommitted records lead to: commit moves forward, a cut drops.
/// Invariants:
/// H1. <see cref="Floor"/> is not above the restart LSN of any slot that is committed here, or that a record of this log creates: a creation holds from its append, an advance,
/// drop or invalidation frees only once it is committed.
/// H2. What a crash leaves: the tables that manifest and log lead to again; so the floor of a reopened replica is not above any that it had released by.
/// One owner; <see cref="Committed"/> and <see cref="Floor"/> on any thread.
/// </summary>
public sealed class ReplicationSlotHistory(ReplicationSlotTable committed)
{
    /// <summary>As many as a snapshot's end may lie behind the commit LSN.</summary>
    private readonly List<(Lsn Lsn, ReplicationSlotTable Table)> _pending = [];
    private volatile ReplicationSlotTable _committed = committed;
    private long _floor = committed.Floor.Value;

    public ReplicationSlotTable Committed => _committed;

    /// <summary>Pending records counted in: what the next one will be applied to. Owner only.</summary>
    public ReplicationSlotTable Newest => _pending.Count > 0 ? _pending[^1].Table : _committed;

    public bool HasPending => _pending.Count > 0;

    /// <summary>Records from here on must stay in the log.</summary>
    public Lsn Floor => new(Volatile.Read(ref _floor));

    public void Appended(Lsn lsn, long timestamp, ReadOnlySpan<byte> payload)
    {
        var table = Newest.Apply(lsn, timestamp, payload);
        if (table == Newest)
            return; // it is in the table that the log's beginning was replaced by (K3)
        _pending.Add((lsn, table));
        Refloor();
    }

    public void CommitThrough(Lsn commit)
    {
        var count = 0;
        while (count < _pending.Count && _pending[count].Lsn <= commit)
            _committed = _pending[count++].Table;
        if (count == 0)
            return;
        _pending.RemoveRange(0, count);
        Refloor();
    }

    public void CutAfter(Lsn keep)
    {
        var count = _pending.Count;
        while (count > 0 && _pending[count - 1].Lsn > keep)
            count--;
        if (count == _pending.Count)
            return;
        _pending.RemoveRange(count, _pending.Count - count);
        Refloor();
    }

    private void Refloor()
    {
        var floor = _committed.Floor;
        foreach (var (_, table) in _pending)
            floor = Lsn.Min(floor, table.Floor);
        Volatile.Write(ref _floor, floor.Value);
    }
}
