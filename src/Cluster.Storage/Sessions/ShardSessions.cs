namespace Cluster.Storage.Sessions;

/// <summary>What a leader does with a write that carries a session.</summary>
public enum SessionVerdict : byte
{
    /// <summary>It is the session's next: append it.</summary>
    Append = 0,

    /// <summary>
    /// It was appended before, at the LSN given. Answer with the kept reply once that is committed (`ReplyDependency.Look(lsn)`); if the reply was too
    /// long to be kept, the answer is "unknown".
    /// </summary>
    Repeat = 1,

    /// <summary>It may have been applied and forgotten: answer "unknown", never append.</summary>
    Unknown = 2,

    /// <summary>An earlier one of the session is missing: refuse it with a definite error. Nothing is appended.</summary>
    Gap = 3,
}

/// <summary>
/// The sessions of a shard as its leader sees them: the committed table, and above it what is appended and not committed yet. The same two
/// layers as keys: commit moves entries down in LSN order, a cut drops them, and nothing else changes the table.
/// Cost: O(1) per record; entries are in memory that is reused. Not thread-safe: one owner.
/// </summary>
public sealed class ShardSessions(SessionTable committed)
{
    private readonly record struct Pending(Lsn Lsn, long Timestamp, SessionStamp Stamp, int Offset, int Length);

    private readonly Dictionary<Guid, long> _highest = [];
    private Pending[] _pending = new Pending[64];
    private byte[] _replies = new byte[1024];
    private int _head;
    private int _count;
    private int _used;

    public SessionTable Committed { get; } = committed;

    public int PendingCount => _count;

    /// <summary>Before an append. <paramref name="reply"/> is valid until the next call.</summary>
    public SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept)
    {
        lsn = Lsn.None;
        reply = default;
        isKept = false;
        bool isPending = _highest.TryGetValue(stamp.Id, out long highest);
        if (!isPending)
            highest = Committed.HighestOf(stamp.Id);
        if (stamp.Sequence <= 0)
            return SessionVerdict.Gap;
        if (highest == 0 && SessionId.BirthOf(stamp.Id) <= Committed.EvictedThrough)
            return SessionVerdict.Unknown;
        if (stamp.Sequence == highest + 1)
            return SessionVerdict.Append;
        if (stamp.Sequence > highest)
            return SessionVerdict.Gap;
        if (Committed.TryFind(stamp, out lsn, out reply, out isKept) || (isPending && TryFindPending(stamp, out lsn, out reply, out isKept)))
            return SessionVerdict.Repeat;
        return SessionVerdict.Unknown;
    }

    /// <summary>A record with a session was appended, at a leader or a replica.</summary>
    public void Appended(Lsn lsn, long timestamp, SessionStamp stamp, ReadOnlySpan<byte> reply)
    {
        if (!stamp.IsPresent)
            return;
        Invariant.Check(_count == 0 || lsn > At(_count - 1).Lsn, "records are appended in LSN order");
        if (_count == _pending.Length)
            Grow();
        bool isKept = reply.Length <= SessionLimits.ReplyBytesMax;
        if (_used + reply.Length > _replies.Length)
            CompactReplies(reply.Length);
        int offset = _used;
        if (isKept)
        {
            reply.CopyTo(_replies.AsSpan(_used));
            _used += reply.Length;
        }

        _pending[(_head + _count++) % _pending.Length] = new Pending(lsn, timestamp, stamp, offset, isKept ? reply.Length : -1);
        _highest[stamp.Id] = stamp.Sequence;
    }

    /// <summary>Everything through <paramref name="lsn"/> is committed.</summary>
    public void CommitThrough(Lsn lsn)
    {
        while (_count > 0 && At(0).Lsn <= lsn)
        {
            Pending first = At(0);
            _head = (_head + 1) % _pending.Length;
            _count--;
            Committed.Apply(first.Lsn, first.Timestamp, first.Stamp, ReplyOf(first));
            if (_highest.TryGetValue(first.Stamp.Id, out long highest) && highest == first.Stamp.Sequence)
                _highest.Remove(first.Stamp.Id);
        }

        if (_count == 0)
            _used = 0;
        Committed.Skip(lsn);
    }

    /// <summary>The log was cut: what was appended behind <paramref name="lsn"/> was never committed.</summary>
    public void CutAfter(Lsn lsn)
    {
        while (_count > 0 && At(_count - 1).Lsn > lsn)
            _count--;
        _highest.Clear();
        for (int i = 0; i < _count; i++)
            _highest[At(i).Stamp.Id] = At(i).Stamp.Sequence;
        if (_count == 0)
            _used = 0;
    }

    private ref Pending At(int index) => ref _pending[(_head + index) % _pending.Length];

    /// <summary>A longer one than is kept stays too long for the table.</summary>
    private ReadOnlySpan<byte> ReplyOf(in Pending pending) => pending.Length >= 0 ? _replies.AsSpan(pending.Offset, pending.Length) : TooLong;

    private static readonly byte[] TooLong = new byte[SessionLimits.ReplyBytesMax + 1];

    /// <summary>Retries are rare, and the newest pending ones are what they ask for.</summary>
    private bool TryFindPending(SessionStamp stamp, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            ref Pending pending = ref At(i);
            if (pending.Stamp != stamp)
                continue;
            lsn = pending.Lsn;
            isKept = pending.Length >= 0;
            reply = isKept ? ReplyOf(pending) : default;
            return true;
        }

        lsn = Lsn.None;
        reply = default;
        isKept = false;
        return false;
    }

    private void Grow()
    {
        var pending = new Pending[_pending.Length * 2];
        for (int i = 0; i < _count; i++)
            pending[i] = At(i);
        _pending = pending;
        _head = 0;
    }

    private void CompactReplies(int more)
    {
        int live = 0;
        for (int i = 0; i < _count; i++)
            live += Math.Max(0, At(i).Length);
        byte[] to = live + more > _replies.Length / 2 ? new byte[2 * (live + more)] : _replies;
        _used = 0;
        for (int i = 0; i < _count; i++)
        {
            ref Pending pending = ref At(i);
            if (pending.Length <= 0)
                continue;
            _replies.AsSpan(pending.Offset, pending.Length).CopyTo(to.AsSpan(_used));
            pending = pending with { Offset = _used };
            _used += pending.Length;
        }

        _replies = to;
    }
}
