using System.Diagnostics.CodeAnalysis;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// What waits until its record fulfils a policy (R10): one lane per policy in use, in each a heap by LSN. Who leads tells it when members
/// have progressed; all that have reached their LSN leave their lane in LSN order.
/// <code>
/// waiters.Add(policy, lsn, item);
/// waiters.Advance(core);
/// while (waiters.TryTakeReached(out item)) ...
/// while (waiters.TryTakeImpossible(out item, out shortage)) ...   // a configuration came that cannot fulfil the policy: the outcome is unknown
/// </code>
/// Cost: O(log n) per waiter, O(lanes × voters) per progress; lanes are as many as there are different policies in use. No allocation per
/// waiter once the arrays have grown. Not thread-safe: one owner.
/// Invariant: an item is taken once. A record's LSN is above everything its lane had reached when it was appended, so an item is never
/// released by what an earlier configuration had reached.
/// </summary>
public sealed class PolicyWaiters<T>
{
    private sealed class Lane(WritePolicy policy)
    {
        public WritePolicy Policy { get; } = policy;

        public LsnHeap<T> Heap { get; } = new();

        public Lsn Reached { get; set; }

        public PolicyShortage Shortage { get; set; }
    }

    /// <summary>Lanes stay once made. The numbers of ack-n and regions are bounded by what is possible, see ReplicaCore.ShortageOf.</summary>
    private Lane[] _lanes = [];
    private long _seen = -1;

    public int Count { get; private set; }

    public void Add(WritePolicy policy, Lsn lsn, T item)
    {
        Lane lane = LaneOf(policy);
        if (lane.Heap.Count == 0)
        {
            // Nobody looked at it while it was empty.
            Reached(lane, Lsn.None, default);
            _seen = -1;
        }

        lane.Heap.Add(lsn, item);
        Count++;
    }

    /// <summary>Costs nothing if nothing waits or nothing has changed.</summary>
    public void Advance(ReplicaCore core)
    {
        if (Count == 0 || core.ProgressVersion == _seen)
            return;
        _seen = core.ProgressVersion;
        foreach (Lane lane in _lanes)
        {
            if (lane.Heap.Count > 0)
                Reached(lane, core.ReachedBy(lane.Policy), core.ShortageOf(lane.Policy));
        }
    }

    /// <summary>The same for one policy, whoever knows it.</summary>
    public void Reached(WritePolicy policy, Lsn reached, PolicyShortage shortage = default) => Reached(LaneOf(policy), reached, shortage);

    public bool TryTakeReached([MaybeNullWhen(false)] out T item)
    {
        if (Count > 0)
        {
            foreach (Lane lane in _lanes)
            {
                if (!lane.Heap.TryTakeThrough(lane.Reached, out item))
                    continue;
                Count--;
                return true;
            }
        }

        item = default;
        return false;
    }

    /// <summary>Take what is reached first.</summary>
    public bool TryTakeImpossible([MaybeNullWhen(false)] out T item, out PolicyShortage shortage)
    {
        if (Count > 0)
        {
            foreach (Lane lane in _lanes)
            {
                if (lane.Shortage.IsNone || !lane.Heap.TryTakeThrough(new Lsn(long.MaxValue), out item))
                    continue;
                shortage = lane.Shortage;
                Count--;
                return true;
            }
        }

        shortage = default;
        item = default;
        return false;
    }

    /// <summary>After leadership is lost: everything, and a fresh start.</summary>
    public bool TryTakeAny([MaybeNullWhen(false)] out T item)
    {
        _seen = -1;
        foreach (Lane lane in _lanes)
        {
            lane.Reached = Lsn.None;
            lane.Shortage = default;
            if (!lane.Heap.TryTakeThrough(new Lsn(long.MaxValue), out item))
                continue;
            Count--;
            return true;
        }

        item = default;
        return false;
    }

    private static void Reached(Lane lane, Lsn reached, PolicyShortage shortage)
    {
        lane.Reached = reached;
        lane.Shortage = shortage;
    }

    private Lane LaneOf(WritePolicy policy)
    {
        foreach (Lane lane in _lanes)
        {
            if (lane.Policy == policy)
                return lane;
        }

        var added = new Lane(policy);
        _lanes = [.. _lanes, added];
        return added;
    }
}
