using Cluster.Storage.Keys;

namespace Cluster.Storage.Tests.Keys;

/// <summary>What a shard's records say, kept in the plainest way: a list that every question searches from its end.</summary>
internal sealed class StoreModel
{
    private readonly List<ModelRecord> _records = [];

    public Lsn Last => new(_records.Count);

    public Lsn Commit { get; private set; }

    public Lsn Append(RecordKind kind, params ModelOperation[] operations)
    {
        _records.Add(new ModelRecord(kind, operations, null));
        return Last;
    }

    public Lsn AppendControl(RecordKind kind, byte[] payload)
    {
        _records.Add(new ModelRecord(kind, [], payload));
        return Last;
    }

    public void CommitThrough(Lsn commit) => Commit = Lsn.Max(Commit, commit);

    public void CutAfter(Lsn keep) => _records.RemoveRange((int)keep.Value, (int)(Last - keep));

    /// <summary>What is left after a crash: a prefix, of which the log proves a part as committed.</summary>
    public void RecoverTo(Lsn last, Lsn commit)
    {
        CutAfter(last);
        Commit = commit;
    }

    /// <summary>The state of a key as of an LSN, and the record that decided it.</summary>
    public (Lsn Lsn, byte[]? Value, long ExpiresAt) Find(string key, Lsn upTo)
    {
        for (var i = (int)upTo.Value - 1; i >= 0; i--)
        {
            if (_records[i].Kind == RecordKind.FlushKeys)
                return (new Lsn(i + 1), null, 0);
            for (var j = _records[i].Operations.Length - 1; j >= 0; j--)
            {
                var operation = _records[i].Operations[j];
                if (operation.Key == key)
                    return (new Lsn(i + 1), operation.Value, operation.ExpiresAt);
            }
        }

        return (Lsn.None, null, 0);
    }

    public byte[]? Control(RecordKind kind, Lsn upTo) =>
        _records.Take((int)upTo.Value).LastOrDefault(record => record.Kind == kind)?.Payload;

    public Lsn LastPending
    {
        get
        {
            for (var lsn = Last; lsn > Commit; lsn -= 1)
            {
                if (_records[(int)lsn.Value - 1].Kind is RecordKind.Keys or RecordKind.FlushKeys)
                    return lsn;
            }

            return Lsn.None;
        }
    }

    public RecordKind KindAt(Lsn lsn) => _records[(int)lsn.Value - 1].Kind;

    private sealed record ModelRecord(RecordKind Kind, ModelOperation[] Operations, byte[]? Payload);
}

/// <summary>No value means a delete.</summary>
internal sealed record ModelOperation(string Key, byte[]? Value, long ExpiresAt = 0)
{
    public KeyOperationKind Kind => Value == null ? KeyOperationKind.Delete : KeyOperationKind.Put;
}
