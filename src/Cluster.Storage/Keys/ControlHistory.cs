namespace Cluster.Storage.Keys;

/// <summary>
/// The newest committed record of one control kind and the pending ones after it, so that a cut brings the older one back.
/// Such records are rare: objects are fine here.
/// </summary>
internal sealed class ControlHistory(RecordKind kind)
{
    private readonly List<ControlRecord> _pending = [];

    public ControlRecord? Committed { get; private set; }

    /// <summary>Counted from its append (R9).</summary>
    public ControlRecord? Last => _pending.Count > 0 ? _pending[^1] : Committed;

    public void Add(in RecordView record)
    {
        Invariant.Check(record.Kind == kind, "a history holds one kind of record");
        _pending.Add(new ControlRecord(kind, record.Lsn, record.Term, record.Timestamp, record.Payload.ToArray()));
    }

    public void Add(ControlRecord record) => _pending.Add(record);

    public void CommitThrough(Lsn commit)
    {
        var count = 0;
        while (count < _pending.Count && _pending[count].Lsn <= commit)
            Committed = _pending[count++];
        if (count > 0)
            _pending.RemoveRange(0, count);
    }

    public void CutAfter(Lsn keep)
    {
        while (_pending.Count > 0 && _pending[^1].Lsn > keep)
            _pending.RemoveAt(_pending.Count - 1);
    }
}
