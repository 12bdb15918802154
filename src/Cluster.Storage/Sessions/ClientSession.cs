namespace Cluster.Storage.Sessions;

/// <summary>
/// One session at one shard: its highest sequence and the newest <see cref="SessionLimits.Window"/> with their replies. Those kept are Highest − Count + 1
/// to Highest, without gaps: a sequence that left no record has an entry without an LSN.
/// </summary>
internal sealed class ClientSession(Guid id)
{
    private const int NotKept = -1;

    private (Lsn Lsn, int Offset, int Length)[] _entries = new (Lsn, int, int)[4];
    private byte[] _replies = [];
    private int _head;
    private int _used;

    public Guid Id { get; } = id;

    /// <summary>The record that opened it in this shard: later records name it so. None in a table of version 1.</summary>
    public Lsn Opening { get; set; }

    /// <summary>Replicated log time of its newest write.</summary>
    public long LastUsed { get; set; }

    public long Highest { get; private set; }

    public int Count { get; private set; }

    /// <summary>What it counts towards the table's bound: the same on every replica, whatever memory it has taken here.</summary>
    public long Bytes { get; private set; } = SessionLimits.SessionBytes;

    /// <summary>Neighbours in the order of last use.</summary>
    public ClientSession? Older { get; set; }

    public ClientSession? Newer { get; set; }

    public void Begin(long highest) => Highest = highest;

    public void Add(Lsn lsn, ReadOnlySpan<byte> reply, bool isKept)
    {
        if (Count == SessionLimits.Window)
            DropOldest();
        if (Count == _entries.Length)
            GrowEntries();
        int length = isKept ? reply.Length : NotKept;
        int offset = isKept ? Store(reply) : 0;
        _entries[(_head + Count) % _entries.Length] = (lsn, offset, length);
        Count++;
        Highest++;
        Bytes += SessionLimits.EntryBytes + (isKept ? reply.Length : 0);
    }

    /// <summary>The next sequence up to that one: those between have left no record.</summary>
    public void AddThrough(long sequence, Lsn lsn, ReadOnlySpan<byte> reply, bool isKept)
    {
        if (sequence - Highest > SessionLimits.Window)
        {
            while (Count > 0)
                DropOldest();
            Highest = sequence - 1;
        }

        while (Highest + 1 < sequence)
            Add(Lsn.None, default, isKept: true);
        Add(lsn, reply, isKept);
    }

    /// <summary>Another record of the highest sequence.</summary>
    public void Extend(Lsn lsn, ReadOnlySpan<byte> reply, bool isKept)
    {
        ref var entry = ref _entries[(_head + Count - 1) % _entries.Length];
        entry.Lsn = lsn;
        if (entry.Length == NotKept)
            return;
        if (!isKept || entry.Length + reply.Length > SessionLimits.SequenceBytesMax)
        {
            Bytes -= entry.Length;
            entry.Length = NotKept;
            return;
        }

        // The newest reply is the last one in the buffer, so it grows in place.
        int offset = Store(reply);
        if (entry.Length == 0)
            entry.Offset = offset;
        entry.Length += reply.Length;
        Bytes += reply.Length;
    }

    /// <summary>False if the sequence is not among those kept.</summary>
    public bool TryFind(long sequence, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept)
    {
        long index = sequence - (Highest - Count + 1);
        if (index < 0 || index >= Count)
        {
            lsn = Lsn.None;
            reply = default;
            isKept = false;
            return false;
        }

        ref readonly var entry = ref _entries[(_head + (int)index) % _entries.Length];
        lsn = entry.Lsn;
        isKept = entry.Length != NotKept;
        reply = isKept ? _replies.AsSpan(entry.Offset, entry.Length) : default;
        return true;
    }

    private void DropOldest()
    {
        Bytes -= SessionLimits.EntryBytes + Math.Max(0, _entries[_head].Length);
        _head = (_head + 1) % _entries.Length;
        Count--;
    }

    private void GrowEntries()
    {
        var entries = new (Lsn, int, int)[Math.Min(SessionLimits.Window, _entries.Length * 2)];
        for (int i = 0; i < Count; i++)
            entries[i] = _entries[(_head + i) % _entries.Length];
        _entries = entries;
        _head = 0;
    }

    /// <summary>Replies lie one behind the other; when the end is reached those still needed move to the front.</summary>
    private int Store(ReadOnlySpan<byte> reply)
    {
        if (_used + reply.Length > _replies.Length)
            Compact(reply.Length);
        reply.CopyTo(_replies.AsSpan(_used));
        int offset = _used;
        _used += reply.Length;
        return offset;
    }

    private void Compact(int more)
    {
        int live = 0;
        for (int i = 0; i < Count; i++)
            live += Math.Max(0, _entries[(_head + i) % _entries.Length].Length);
        // At least half free afterwards, so that the copying is paid for by what comes.
        byte[] to = live + more > _replies.Length / 2 ? new byte[Math.Max(32, 2 * (live + more))] : _replies;
        _used = 0;
        for (int i = 0; i < Count; i++)
        {
            ref var entry = ref _entries[(_head + i) % _entries.Length];
            if (entry.Length <= 0)
                continue;
            // Offsets ascend from the oldest on, so moving to the front never runs over what is still to be moved.
            _replies.AsSpan(entry.Offset, entry.Length).CopyTo(to.AsSpan(_used));
            entry.Offset = _used;
            _used += entry.Length;
        }

        _replies = to;
    }
}
