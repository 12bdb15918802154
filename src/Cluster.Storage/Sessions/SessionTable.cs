namespace Cluster.Storage.Sessions;

/// <summary>
/// The committed part of a shard's client sessions (R11): which writes were applied, and what they were answered. Replicated state: it
/// follows from the records with a stamp, in LSN order, and from nothing else: no clock, no setting, no order of arrival.
///
/// Invariants:
/// T1. Two tables that applied the same records through the same LSN encode to the same bytes.
/// T2. A write that was applied is never taken for a new one: its session is either known, with a highest sequence not below it, or was born
///     not after <see cref="EvictedThrough"/>.
/// T3. At most <see cref="SessionLimits.BytesMax"/> are counted; sessions leave in the order of their last use.
/// T4. Applying a record at or below <see cref="Through"/> again changes nothing: replay over a table from a snapshot or manifest is harmless.
/// Not thread-safe: one owner, the shard's applier.
/// </summary>
public sealed class SessionTable
{
    private readonly Dictionary<Guid, ClientSession> _sessions = [];

    /// <summary>By the record that opened them here.</summary>
    private readonly Dictionary<long, ClientSession> _openings = [];
    private readonly long _bytesMax;
    private ClientSession? _oldest;
    private ClientSession? _newest;

    public SessionTable()
        : this(SessionLimits.BytesMax)
    {
    }

    /// <summary>With another bound: for tests, all replicas alike.</summary>
    internal SessionTable(long bytesMax) => _bytesMax = bytesMax;

    /// <summary>Everything through this is in the table.</summary>
    public Lsn Through { get; private set; }

    /// <summary>The highest timestamp among the records applied, µs of the hybrid clock.</summary>
    public long LogTime { get; private set; }

    /// <summary>No session that is not known and was born at or before this may begin: it may have been evicted.</summary>
    public long EvictedThrough { get; private set; }

    public int Count => _sessions.Count;

    public long Bytes { get; private set; }

    /// <summary>
    /// A committed record that names its session's id. The sequence must be the session's next. <paramref name="reply"/> is what follows from the record
    /// alone; longer than <see cref="SessionLimits.ReplyBytesMax"/> it is not kept.
    /// </summary>
    public void Apply(Lsn lsn, long timestamp, SessionStamp stamp, ReadOnlySpan<byte> reply)
    {
        if (lsn <= Through)
            return;
        if (!stamp.IsPresent)
        {
            Pass(lsn, timestamp);
            return;
        }

        long highest = HighestOf(stamp.Id);
        Invariant.Check(highest == 0 || stamp.Sequence == highest + 1, "R11: sequences of a session are appended without gaps");
        Apply(lsn, timestamp, stamp.Id, Lsn.None, stamp.Sequence, reply, reply.Length <= SessionLimits.ReplyBytesMax);
    }

    /// <summary>A committed record with a stamp.</summary>
    public void Apply(Lsn lsn, long timestamp, in RecordStamp stamp) =>
        Apply(lsn, timestamp, stamp.Id, stamp.Opening, stamp.Sequence, stamp.Reply, stamp.IsKept);

    /// <summary>
    /// <paramref name="id"/> is read only if <paramref name="opening"/> is none. A record of a session that was evicted after the record was appended leaves no
    /// trace: its birth tells that it is unknown (T2).
    /// </summary>
    internal void Apply(Lsn lsn, long timestamp, Guid id, Lsn opening, long sequence, ReadOnlySpan<byte> reply, bool isKept)
    {
        if (lsn <= Through)
            return;
        Pass(lsn, timestamp);
        ClientSession? session;
        if (opening.IsNone)
        {
            session = Open(id, lsn, sequence);
        }
        else if (_newest is { } newest && newest.Opening == opening)
        {
            session = newest;
        }
        else if (!_openings.TryGetValue(opening.Value, out session))
        {
            return;
        }

        Invariant.Check(sequence >= session.Highest, "R11: sequences of a session are appended in their order");
        if (session != _newest)
        {
            Unlink(session);
            PushNewest(session);
        }

        session.LastUsed = LogTime;
        Bytes -= session.Bytes;
        if (sequence == session.Highest && session.Count > 0)
            session.Extend(lsn, reply, isKept);
        else
            session.AddThrough(sequence, lsn, reply, isKept);
        Bytes += session.Bytes;
        Evict(session);
    }

    /// <summary>A committed record without a session: only the position moves, so that T4 holds for what follows.</summary>
    public void Skip(Lsn lsn)
    {
        if (lsn > Through)
            Through = lsn;
    }

    /// <summary>The highest sequence of a session; 0 if it is not known.</summary>
    public long HighestOf(Guid id) => _sessions.TryGetValue(id, out ClientSession? session) ? session.Highest : 0;

    /// <summary>What a write was answered, if its session and sequence are still here. Without an LSN: it has left no record.</summary>
    public bool TryFind(SessionStamp stamp, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept)
    {
        if (_sessions.TryGetValue(stamp.Id, out ClientSession? session))
            return session.TryFind(stamp.Sequence, out lsn, out reply, out isKept);
        lsn = Lsn.None;
        reply = default;
        isKept = false;
        return false;
    }

    internal ClientSession? Oldest => _oldest;

    internal ClientSession? Find(Guid id) => _sessions.GetValueOrDefault(id);

    internal ClientSession? FindOpening(Lsn opening) => _openings.GetValueOrDefault(opening.Value);

    internal void Restore(Lsn through, long logTime, long evictedThrough)
    {
        (Through, LogTime, EvictedThrough) = (through, logTime, evictedThrough);
    }

    internal bool TryRestore(ClientSession session)
    {
        if (!_sessions.TryAdd(session.Id, session) || (!session.Opening.IsNone && !_openings.TryAdd(session.Opening.Value, session)))
            return false;
        PushNewest(session);
        Bytes += session.Bytes;
        return true;
    }

    private void Pass(Lsn lsn, long timestamp)
    {
        Through = lsn;
        LogTime = Math.Max(LogTime, timestamp);
    }

    private ClientSession Open(Guid id, Lsn lsn, long sequence)
    {
        if (!_sessions.TryGetValue(id, out ClientSession? session))
        {
            // Above 1: it was evicted, or what came before left no record. What came before stays unknown.
            session = new ClientSession(id);
            session.Begin(sequence - 1);
            _sessions.Add(id, session);
            PushNewest(session);
            Bytes += session.Bytes;
        }
        else if (!session.Opening.IsNone)
        {
            _openings.Remove(session.Opening.Value);
        }

        session.Opening = lsn;
        _openings.Add(lsn.Value, session);
        return session;
    }

    /// <summary>Never the one that has just written: T2 needs its window.</summary>
    private void Evict(ClientSession current)
    {
        while (_oldest is { } oldest && oldest != current && (oldest.LastUsed < LogTime - SessionLimits.IdleMicros || Bytes > _bytesMax))
        {
            Unlink(oldest);
            _sessions.Remove(oldest.Id);
            if (!oldest.Opening.IsNone)
                _openings.Remove(oldest.Opening.Value);
            Bytes -= oldest.Bytes;
            EvictedThrough = Math.Max(EvictedThrough, SessionId.BirthOf(oldest.Id));
        }
    }

    private void PushNewest(ClientSession session)
    {
        session.Older = _newest;
        if (_newest is not null)
            _newest.Newer = session;
        else
            _oldest = session;
        _newest = session;
    }

    private void Unlink(ClientSession session)
    {
        if (session.Older is { } older)
            older.Newer = session.Newer;
        else
            _oldest = session.Newer;
        if (session.Newer is { } newer)
            newer.Older = session.Older;
        else
            _newest = session.Older;
        session.Older = session.Newer = null;
    }
}
