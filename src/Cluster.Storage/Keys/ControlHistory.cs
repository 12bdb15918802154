namespace Cluster.Storage.Keys;

/// <summary>
/// The newest committed record of one control kind and the pending ones after it, so that a cut brings the older one back.
/// Such records are rare: objects are fine here.
/// </summary>
internal sealed class ControlHistory(RecordKind kind)
{
    /// <summary>A snapshot ends a little before the commit LSN and needs the record that was newest there.</summary>
    private const int OlderMax = 16;

    private readonly List<ControlRecord> _pending = [];
    private readonly List<ControlRecord> _older = [];
    private bool _forgot;

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
        {
            if (Committed is not null)
                _older.Add(Committed);
            Committed = _pending[count++];
        }

        if (count > 0)
            _pending.RemoveRange(0, count);
        if (_older.Count <= OlderMax)
            return;
        _older.RemoveRange(0, _older.Count - OlderMax);
        _forgot = true;
    }

    /// <summary>The newest committed ones, for a question that another thread asks later.</summary>
    public ControlTail Tail() => new(Committed is null ? [] : [.. _older, Committed], !_forgot);

    public void CutAfter(Lsn keep)
    {
        while (_pending.Count > 0 && _pending[^1].Lsn > keep)
            _pending.RemoveAt(_pending.Count - 1);
    }
}
