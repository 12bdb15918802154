namespace Cluster.Storage.Keys;

/// <summary>
/// What the appended, uncommitted records of a shard do to its keys: the newest pending state of each, older ones behind it, and
/// whole-shard marks. Bounded by its owner, who asks <see cref="HasRoom"/> before appending. One owner, no other threads.
/// </summary>
/// <remarks>
/// Invariants: (I1) entries are in LSN order, those of one record next to each other. (I2) commits take whole records from the
/// front, cuts take whole records from the end, so that a cut restores exactly the state before the append. (I3) a key's pending
/// state is its newest entry, unless a whole-shard mark is newer. Nothing here survives a crash: recovery fills it again from the
/// records behind the commit LSN.
/// </remarks>
public sealed class PendingOverlay
{
    private readonly PendingQueue _entries;
    private readonly PendingIndex _index;
    private readonly int _operationsMax;
    private readonly long _bytesMax;
    private long _newestMark;

    public PendingOverlay(int operationsMax, long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(operationsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        _operationsMax = operationsMax;
        _bytesMax = bytesMax;
        _entries = new PendingQueue();
        _index = new PendingIndex(_entries);
    }

    /// <summary>Pending operations, marks included.</summary>
    public int Operations => _entries.Count;

    /// <summary>Bytes of the records that they belong to.</summary>
    public long Bytes { get; private set; }

    /// <summary>The newest pending record that changes keys, or none.</summary>
    public Lsn LastLsn => _entries.IsEmpty ? Lsn.None : _entries[_entries.End - 1].Lsn;

    /// <summary>The newest pending record that empties the shard, or none.</summary>
    public Lsn WholeShardLsn => _newestMark == 0 ? Lsn.None : _entries[_newestMark].Lsn;

    /// <summary>
    /// Whether a record may be appended. A record that exceeds the bounds by itself is taken when nothing else waits, and one that
    /// changes no keys always: it needs no room here.
    /// <paramref name="share"/> multiplies the bounds: a follower must be able to hold more than its leader lets wait.
    /// </summary>
    public bool HasRoom(int operations, long bytes, int share = 1) =>
        operations == 0
        || _entries.IsEmpty
        || (_entries.Count + (long)operations <= (long)_operationsMax * share && Bytes + bytes <= _bytesMax * share);

    /// <summary>The operation is appended at this LSN. <paramref name="recordBytes"/> is given with a record's first operation, else 0.</summary>
    public void AddPut(in KeyHash hash, Lsn lsn, ValueLocation location, int recordBytes, long expiresAt = 0) =>
        Add(PendingKind.Put, hash, lsn, location, recordBytes, expiresAt);

    public void AddDelete(in KeyHash hash, Lsn lsn, int recordBytes) => Add(PendingKind.Delete, hash, lsn, default, recordBytes, 0);

    public void AddFlushKeys(Lsn lsn, int recordBytes)
    {
        ref var entry = ref Append(lsn, recordBytes, out var sequence);
        entry.Kind = PendingKind.FlushKeys;
        entry.Older = _newestMark;
        _newestMark = sequence;
    }

    /// <summary>The pending state of a key; false if nothing pending concerns it.</summary>
    public bool TryFind(in KeyHash hash, out KeyLookup lookup)
    {
        var sequence = _entries.IsEmpty ? 0 : _index.Find(hash);
        if (sequence > _newestMark)
        {
            ref var entry = ref _entries[sequence];
            lookup = new KeyLookup(entry.Kind == PendingKind.Put, entry.Lsn, entry.Location, entry.ExpiresAt);
            return true;
        }

        if (_newestMark != 0)
        {
            lookup = new KeyLookup(false, WholeShardLsn, default);
            return true;
        }

        lookup = default;
        return false;
    }

    /// <summary>Moves the records up to <paramref name="commit"/> into the directory.</summary>
    public void CommitThrough(Lsn commit, KeyDirectory directory)
    {
        while (!_entries.IsEmpty)
        {
            var sequence = _entries.First;
            ref var entry = ref _entries[sequence];
            if (entry.Lsn > commit)
                return;
            switch (entry.Kind)
            {
                case PendingKind.Put:
                    directory.Put(entry.Hash, entry.Location, entry.ExpiresAt);
                    break;
                case PendingKind.Delete:
                    directory.Remove(entry.Hash);
                    break;
                default:
                    directory.Clear();
                    if (_newestMark == sequence)
                        _newestMark = 0;
                    break;
            }

            if (entry.Kind != PendingKind.FlushKeys && !entry.Superseded)
                _index.Replace(sequence, older: 0);
            Bytes -= entry.RecordBytes;
            _entries.RemoveFirst();
        }
    }

    /// <summary>Forgets the records behind <paramref name="keep"/>, newest first.</summary>
    public void CutAfter(Lsn keep)
    {
        while (!_entries.IsEmpty)
        {
            var sequence = _entries.End - 1;
            ref var entry = ref _entries[sequence];
            if (entry.Lsn <= keep)
                return;
            var older = entry.Older >= _entries.First ? entry.Older : 0;
            if (entry.Kind == PendingKind.FlushKeys)
            {
                _newestMark = older;
            }
            else
            {
                if (older != 0)
                    _entries[older].Superseded = false;
                _index.Replace(sequence, older);
            }

            Bytes -= entry.RecordBytes;
            _entries.RemoveLast();
        }
    }

    /// <summary>Keys there will be once everything pending is committed. Looks at every pending operation.</summary>
    public long CountWith(KeyDirectory directory)
    {
        var emptied = _newestMark != 0;
        var count = emptied ? 0 : directory.Count;
        for (var sequence = emptied ? _newestMark + 1 : _entries.First; sequence < _entries.End; sequence++)
        {
            ref var entry = ref _entries[sequence];
            if (entry.Superseded)
                continue;
            var exists = !emptied && directory.TryFindAsWriter(entry.Hash, out _, out _);
            if (entry.Kind == PendingKind.Put && !exists)
                count++;
            else if (entry.Kind == PendingKind.Delete && exists)
                count--;
        }

        return count;
    }

    private void Add(PendingKind kind, in KeyHash hash, Lsn lsn, ValueLocation location, int recordBytes, long expiresAt)
    {
        ref var entry = ref Append(lsn, recordBytes, out var sequence);
        entry.Kind = kind;
        entry.Hash = hash;
        entry.Location = location;
        entry.ExpiresAt = expiresAt;
        var older = _index.Add(sequence);
        entry.Older = older;
        if (older != 0)
            _entries[older].Superseded = true;
    }

    private ref PendingEntry Append(Lsn lsn, int recordBytes, out long sequence)
    {
        Invariant.Check(LastLsn <= lsn, "I1: pending records come in LSN order");
        ref var entry = ref _entries.Add(out sequence);
        entry = default;
        entry.Lsn = lsn;
        entry.RecordBytes = recordBytes;
        Bytes += recordBytes;
        return ref entry;
    }
}
