using System.Runtime.InteropServices;

namespace Cluster.Storage.Sessions;

/// <summary>
/// The sessions of a shard as its leader sees them: the committed table, and above it what is appended and not committed yet. The same two
/// layers as keys: commit moves entries down in LSN order, a cut drops them, and nothing else changes the table.
/// Cost: O(1) per record; entries are in memory that is reused. What is pending is found by its session through an index that is built when a leader
/// first asks: a follower only queues. Not thread-safe: one owner.
/// </summary>
public sealed class ShardSessions(SessionTable committed)
{
    /// <summary>Of a record whose opening is known the id may be empty until the index is built.</summary>
    private record struct Pending(Lsn Lsn, long Timestamp, Guid Id, Lsn Opening, long Sequence, int Offset, int Length);

    private record struct Indexed(long Highest, Lsn Opening, int Records);

    private const int NotKept = -1;

    private readonly Dictionary<Guid, Indexed> _index = [];
    private Pending[] _pending = new Pending[64];
    private byte[] _replies = new byte[1024];
    private byte[] _found = new byte[SessionLimits.SequenceBytesMax];
    private int _head;
    private int _count;
    private int _used;
    private bool _indexed = true;

    public SessionTable Committed { get; } = committed;

    public int PendingCount => _count;

    /// <summary>Before an append: sequences must come without gaps. <paramref name="reply"/> is valid until the next call.</summary>
    public SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept) =>
        Judge(stamp, mayLeaveOut: false, out lsn, out reply, out isKept);

    /// <summary>
    /// The same. With <paramref name="mayLeaveOut"/> sequences that wrote nothing have left no record: then one above the next is taken too, and whoever asks
    /// sees to it that those between were evaluated before.
    /// </summary>
    public SessionVerdict Judge(SessionStamp stamp, bool mayLeaveOut, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept)
    {
        lsn = Lsn.None;
        reply = default;
        isKept = false;
        if (stamp.Sequence <= 0)
            return SessionVerdict.Gap;
        long highest = HighestOf(stamp.Id);
        if (highest == 0 && SessionId.BirthOf(stamp.Id) <= Committed.EvictedThrough)
            return SessionVerdict.Unknown;
        if (stamp.Sequence > highest)
            return mayLeaveOut || stamp.Sequence == highest + 1 ? SessionVerdict.Append : SessionVerdict.Gap;
        bool isCommitted = Committed.TryFind(stamp, out lsn, out reply, out isKept);
        if (CollectPending(stamp, isCommitted && !lsn.IsNone, reply, ref lsn, ref isKept, out int length))
        {
            reply = _found.AsSpan(0, length);
            return SessionVerdict.Repeat;
        }

        if (isCommitted)
            return lsn.IsNone ? SessionVerdict.NothingWritten : SessionVerdict.Repeat;
        return IsBetweenPending(stamp, highest) ? SessionVerdict.NothingWritten : SessionVerdict.Unknown;
    }

    /// <summary>The highest sequence that was appended, 0 if the session is not known.</summary>
    public long HighestOf(Guid id)
    {
        Index();
        return _index.TryGetValue(id, out Indexed indexed) ? indexed.Highest : Committed.HighestOf(id);
    }

    /// <summary>The record that opened the session here, none if the next one has to. For a leader that is about to append.</summary>
    public Lsn OpeningOf(Guid id)
    {
        Index();
        return _index.TryGetValue(id, out Indexed indexed) ? indexed.Opening : Committed.Find(id)?.Opening ?? Lsn.None;
    }

    /// <summary>A record that names its session's id was appended, at a leader or a replica.</summary>
    public void Appended(Lsn lsn, long timestamp, SessionStamp stamp, ReadOnlySpan<byte> reply)
    {
        if (stamp.IsPresent)
            Add(lsn, timestamp, stamp.Id, Lsn.None, stamp.Sequence, reply, reply.Length <= SessionLimits.ReplyBytesMax);
    }

    /// <summary>A record with a stamp was appended by somebody else, or is replayed.</summary>
    public void Appended(Lsn lsn, long timestamp, in RecordStamp stamp)
    {
        _indexed = false;
        Add(lsn, timestamp, stamp.Id, stamp.Opening, stamp.Sequence, stamp.Reply, stamp.IsKept);
    }

    /// <summary>The leader has appended this write, as one of the session that <paramref name="opening"/> has opened.</summary>
    public void Appended(Lsn lsn, long timestamp, in SessionWrite write, Lsn opening) =>
        Add(lsn, timestamp, write.Stamp.Id, opening, write.Stamp.Sequence, write.Reply, write.IsKept);

    /// <summary>Everything through <paramref name="lsn"/> is committed.</summary>
    public void CommitThrough(Lsn lsn)
    {
        while (_count > 0 && At(0).Lsn <= lsn)
        {
            ref Pending first = ref At(0);
            Committed.Apply(first.Lsn, first.Timestamp, first.Id, first.Opening, first.Sequence, ReplyOf(first), first.Length != NotKept);
            if (_indexed)
                Unindex(first.Id);
            _head = (_head + 1) % _pending.Length;
            _count--;
        }

        if (_count == 0)
        {
            _used = 0;
            _index.Clear();
            _indexed = true;
        }

        Committed.Skip(lsn);
    }

    /// <summary>The log was cut: what was appended behind <paramref name="lsn"/> was never committed.</summary>
    public void CutAfter(Lsn lsn)
    {
        while (_count > 0 && At(_count - 1).Lsn > lsn)
            _count--;
        _index.Clear();
        _indexed = _count == 0;
        if (_count == 0)
            _used = 0;
    }

    private void Add(Lsn lsn, long timestamp, Guid id, Lsn opening, long sequence, ReadOnlySpan<byte> reply, bool isKept)
    {
        Invariant.Check(_count == 0 || lsn > At(_count - 1).Lsn, "records are appended in LSN order");
        if (_count == _pending.Length)
            Grow();
        int length = isKept ? reply.Length : 0;
        if (_used + length > _replies.Length)
            CompactReplies(length);
        int offset = _used;
        reply[..length].CopyTo(_replies.AsSpan(_used));
        _used += length;
        At(_count++) = new Pending(lsn, timestamp, id, opening, sequence, offset, isKept ? length : NotKept);
        if (_indexed)
            Index(id, lsn, opening, sequence);
    }

    private void Index(Guid id, Lsn lsn, Lsn opening, long sequence)
    {
        ref Indexed indexed = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, id, out _);
        indexed = new Indexed(sequence, opening.IsNone ? lsn : opening, indexed.Records + 1);
    }

    private void Unindex(Guid id)
    {
        ref Indexed indexed = ref CollectionsMarshal.GetValueRefOrNullRef(_index, id);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref indexed))
            return;
        if (--indexed.Records == 0)
            _index.Remove(id);
    }

    /// <summary>Once per leadership, or after a cut: what was queued without being indexed. A record whose session is gone leaves no trace.</summary>
    private void Index()
    {
        if (_indexed)
            return;
        _indexed = true;
        _index.Clear();
        var opened = new Dictionary<long, Guid>();
        for (int i = 0; i < _count; i++)
        {
            ref Pending pending = ref At(i);
            if (pending.Opening.IsNone)
                opened[pending.Lsn.Value] = pending.Id;
            else if (pending.Id == Guid.Empty)
                pending.Id = opened.TryGetValue(pending.Opening.Value, out Guid id) ? id : Committed.FindOpening(pending.Opening)?.Id ?? Guid.Empty;
            if (pending.Id != Guid.Empty)
                Index(pending.Id, pending.Lsn, pending.Opening, pending.Sequence);
        }
    }

    private ref Pending At(int index) => ref _pending[(_head + index) % _pending.Length];

    private ReadOnlySpan<byte> ReplyOf(in Pending pending) => pending.Length > 0 ? _replies.AsSpan(pending.Offset, pending.Length) : default;

    /// <summary>All pending replies of a sequence behind its committed ones, as the table will have them. Retries are rare: it looks at all that is pending.</summary>
    private bool CollectPending(SessionStamp stamp, bool isCommitted, ReadOnlySpan<byte> reply, ref Lsn lsn, ref bool isKept, out int length)
    {
        length = 0;
        bool found = false;
        for (int i = 0; i < _count; i++)
        {
            ref Pending pending = ref At(i);
            if (pending.Sequence != stamp.Sequence || pending.Id != stamp.Id)
                continue;
            if (!found)
            {
                found = true;
                isKept = !isCommitted || isKept;
                if (isCommitted && isKept)
                {
                    reply.CopyTo(_found);
                    length = reply.Length;
                }
            }

            lsn = pending.Lsn;
            isKept = isKept && pending.Length != NotKept && length + pending.Length <= _found.Length;
            if (!isKept)
                continue;
            ReplyOf(pending).CopyTo(_found.AsSpan(length));
            length += pending.Length;
        }

        if (!isKept)
            length = 0;
        return found;
    }

    /// <summary>The session is known without a gap from the sequence on: there is a record of an earlier one, or the next to be applied leaves it out.</summary>
    private bool IsBetweenPending(SessionStamp stamp, long highest)
    {
        if (highest - stamp.Sequence >= SessionLimits.Window)
            return false;
        long committed = Committed.HighestOf(stamp.Id);
        if (committed > 0 && stamp.Sequence > committed)
            return true;
        for (int i = 0; i < _count; i++)
        {
            ref Pending pending = ref At(i);
            if (pending.Id == stamp.Id)
                return committed == 0 && pending.Sequence < stamp.Sequence;
        }

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
            pending.Offset = _used;
            _used += pending.Length;
        }

        _replies = to;
    }
}
