using System.Diagnostics.CodeAnalysis;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// Replies of a led shard that wait for what they depend on. An entry goes through its stages in order: the commit LSN, the leader's
/// flushed LSN (a heap each), the level of its policy (<see cref="PolicyWaiters{T}"/>), the leadership round, released. The round starts when
/// all LSNs are reached: never before (R7).
/// <code>
/// queue.Add(batch, dependency);
/// // after every step of the core:
/// queue.Advance(core);
/// while (queue.TryTakeImpossible(out var batch, out var shortage)) Answer(batch, unknown);
/// while (queue.WantsTicket) queue.TicketTaken(core.RequestRead(now));   // one round for all that wait
/// while (queue.TryTakeReleased(out var batch)) Answer(batch);
/// // no longer leader:
/// while (queue.TryTakeAny(out var batch)) Answer(batch, unknown or not leader);
/// </code>
/// Cost: O(log n) per entry. No allocation once the arrays have grown. Not thread-safe: one owner.
/// </summary>
public sealed class ReleaseQueue<T>
{
    private readonly record struct Entry(T Item, ReplyDependency Dependency);

    private readonly LsnHeap<Entry> _uncommitted = new();
    private readonly LsnHeap<Entry> _unflushed = new();
    private readonly PolicyWaiters<Entry> _unfulfilled = new();
    private readonly Queue<T> _unticketed = new();
    private readonly Queue<(T Item, long Ticket)> _unconfirmed = new();
    private readonly Queue<T> _released = new();
    private Lsn _commit;
    private Lsn _flushed;
    private long _lastTicket;

    public int Count => _uncommitted.Count + _unflushed.Count + _unfulfilled.Count + _unticketed.Count + _unconfirmed.Count + _released.Count;

    /// <summary>Replies wait for a leadership round that starts now.</summary>
    public bool WantsTicket => _unticketed.Count > 0;

    public void Add(T item, in ReplyDependency dependency) => Advance(new Entry(item, dependency));

    public void CommitAdvanced(Lsn commit)
    {
        if (commit <= _commit)
            return;
        _commit = commit;
        while (_uncommitted.TryTakeThrough(commit, out Entry entry))
            Advance(entry);
    }

    /// <summary>
    /// May be lower than before while nothing waits: a replica's log can be cut before it leads. Who begins to lead says so once.
    /// </summary>
    public void FlushedThrough(Lsn flushed)
    {
        if (flushed < _flushed && Count > 0)
            return;
        _flushed = flushed;
        while (_unflushed.TryTakeThrough(flushed, out Entry entry))
            Advance(entry);
    }

    /// <summary>The members of the led shard may have progressed, or their configuration changed.</summary>
    public void Advance(ReplicaCore core)
    {
        _unfulfilled.Advance(core);
        TakeFulfilled();
    }

    /// <summary>The same for one policy.</summary>
    public void LevelReached(WritePolicy policy, Lsn reached, PolicyShortage shortage = default)
    {
        _unfulfilled.Reached(policy, reached, shortage);
        TakeFulfilled();
    }

    /// <summary>Its policy cannot be fulfilled any more, since the configuration has changed. Its records stay: the outcome is unknown.</summary>
    public bool TryTakeImpossible([MaybeNullWhen(false)] out T item, out PolicyShortage shortage)
    {
        bool found = _unfulfilled.TryTakeImpossible(out Entry entry, out shortage);
        item = entry.Item;
        return found;
    }

    /// <summary>A round for all that want one has started; it is confirmed when <paramref name="ticket"/> is.</summary>
    public void TicketTaken(long ticket)
    {
        Invariant.Check(ticket > 0 && ticket >= _lastTicket, "tickets of one term do not fall");
        _lastTicket = ticket;
        while (_unticketed.TryDequeue(out T? item))
            _unconfirmed.Enqueue((item, ticket));
    }

    public void ReadsConfirmed(long ticket)
    {
        while (_unconfirmed.TryPeek(out var first) && first.Ticket <= ticket)
            _released.Enqueue(_unconfirmed.Dequeue().Item);
    }

    public bool TryTakeReleased([MaybeNullWhen(false)] out T item) => _released.TryDequeue(out item);

    /// <summary>Everything that waits, after leadership is lost. Take what is released first: it is to be answered as such.</summary>
    public bool TryTakeAny([MaybeNullWhen(false)] out T item)
    {
        Invariant.Check(_released.Count == 0, "what is released is answered before the rest is given up");
        _commit = Lsn.None;
        _flushed = Lsn.None;
        _lastTicket = 0;
        if (_unticketed.TryDequeue(out item))
            return true;
        if (_unconfirmed.TryDequeue(out var unconfirmed))
        {
            item = unconfirmed.Item;
            return true;
        }

        bool found = _unfulfilled.TryTakeAny(out Entry entry)
            || _unflushed.TryTakeThrough(new Lsn(long.MaxValue), out entry)
            || _uncommitted.TryTakeThrough(new Lsn(long.MaxValue), out entry);
        item = entry.Item;
        return found;
    }

    private void Advance(in Entry entry)
    {
        if (entry.Dependency.Commit > _commit)
            _uncommitted.Add(entry.Dependency.Commit, entry);
        else if (entry.Dependency.Flushed > _flushed)
            _unflushed.Add(entry.Dependency.Flushed, entry);
        else if (!entry.Dependency.Level.IsNone)
            _unfulfilled.Add(entry.Dependency.Policy, entry.Dependency.Level, entry);
        else
            Confirm(entry);
    }

    private void TakeFulfilled()
    {
        while (_unfulfilled.TryTakeReached(out Entry entry))
            Confirm(entry);
    }

    private void Confirm(in Entry entry)
    {
        if (entry.Dependency.Leadership)
            _unticketed.Enqueue(entry.Item);
        else
            _released.Enqueue(entry.Item);
    }
}
