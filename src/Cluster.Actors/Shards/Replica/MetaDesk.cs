using Akka.Actor;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;
using Cluster.Storage;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>
/// What the meta shard does instead of commands: topology proposals, proofs of leadership, and the news of committed topologies.
/// Part of the meta shard's actor. Rare, so it allocates as it likes.
/// </summary>
internal sealed class MetaDesk(HybridClock hybrid, ShardSettings settings, IActorRef self)
{
    private readonly ReleaseQueue<Waiter> _release = new();
    private readonly List<Waiter> _waiting = [];
    private readonly HashSet<IActorRef> _subscribers = [];
    private readonly long _timeoutMicros = (long)settings.WriteTimeout.TotalMicroseconds;
    private ShardStore? _store;
    private ReplicaCore? _core;
    private Term _term;
    private bool _leading;
    private Lsn _told;

    private sealed class Waiter
    {
        public required IActorRef ReplyTo { get; init; }

        public required object Tag { get; init; }

        public required long ExpiresAt { get; init; }

        /// <summary>The proposal's record; none for a proof of leadership.</summary>
        public Lsn Lsn { get; init; }
    }

    public bool WantsTicket => _release.WantsTicket;

    public long NextTimeoutAt => _waiting.Count > 0 ? _waiting[0].ExpiresAt : long.MaxValue;

    public void Attach(ShardStore store, ReplicaCore core)
    {
        _store = store;
        _core = core;
    }

    public void Detach()
    {
        LeadershipLost();
        _store = null;
        _core = null;
    }

    public void Subscribe(IActorRef subscriber)
    {
        _subscribers.Add(subscriber);
        if (_store?.CommittedTopology is { } newest) subscriber.Tell(new TopologyRecordCommitted(newest.Lsn, newest.Payload), self);
    }

    public void Unsubscribe(IActorRef subscriber) => _subscribers.Remove(subscriber);

    /// <summary>True if a record was appended: the caller tells the core.</summary>
    public bool Propose(ProposeTopology proposal, IActorRef from, long now)
    {
        if (!_leading || _core?.CanAppend != true)
        {
            from.Tell(new TopologyProposed(TopologyProposal.NotLeader, Lsn.None, proposal.Tag), self);
            return false;
        }

        if ((_store!.LastTopology?.Lsn ?? Lsn.None) != proposal.After)
        {
            from.Tell(new TopologyProposed(TopologyProposal.Superseded, Lsn.None, proposal.Tag), self);
            return false;
        }

        var lsn = _store.AppendTopology(_term, hybrid.Next(), proposal.Payload.Span);
        Add(new Waiter { ReplyTo = from, Tag = proposal.Tag, ExpiresAt = now + _timeoutMicros, Lsn = lsn }, ReplyDependency.BlindWrite(lsn, CommitPolicy.Quorum));
        return true;
    }

    public void Confirm(ConfirmMetaLeadership question, IActorRef from, long now)
    {
        if (_leading) Add(new Waiter { ReplyTo = from, Tag = question.Tag, ExpiresAt = now + _timeoutMicros }, ReplyDependency.Look(Lsn.None));
        else from.Tell(new MetaLeadership(Confirmed: false, question.Tag), self);
    }

    public void BeginLeading(Term term)
    {
        _leading = true;
        _term = term;
        _release.CommitAdvanced(_core!.Commit);
    }

    public void LeadershipLost()
    {
        _leading = false;
        while (_release.TryTakeAny(out _))
        {
        }

        foreach (var waiter in _waiting) GiveUp(waiter);
        _waiting.Clear();
    }

    public void TicketTaken(long ticket) => _release.TicketTaken(ticket);

    public void ReadsConfirmed(long ticket) => _release.ReadsConfirmed(ticket);

    public void CommitAdvanced(Lsn commit)
    {
        _release.CommitAdvanced(commit);
        TellAll();
    }

    /// <summary>Tells the newest committed topology, if it was not told yet.</summary>
    public void TellAll()
    {
        if (_store?.CommittedTopology is not { } newest || newest.Lsn <= _told) return;
        _told = newest.Lsn;
        foreach (var subscriber in _subscribers) subscriber.Tell(new TopologyRecordCommitted(newest.Lsn, newest.Payload), self);
    }

    public void Release()
    {
        while (_release.TryTakeReleased(out var waiter))
        {
            // Not there any more: its time had run out.
            if (!_waiting.Remove(waiter)) continue;
            waiter.ReplyTo.Tell(
                waiter.Lsn.IsNone ? new MetaLeadership(Confirmed: true, waiter.Tag) : new TopologyProposed(TopologyProposal.Committed, waiter.Lsn, waiter.Tag),
                self);
        }
    }

    public void Expire(long now)
    {
        while (_waiting.Count > 0 && _waiting[0].ExpiresAt <= now)
        {
            GiveUp(_waiting[0]);
            _waiting.RemoveAt(0);
        }
    }

    private void Add(Waiter waiter, in ReplyDependency dependency)
    {
        _waiting.Add(waiter);
        _release.Add(waiter, dependency);
    }

    private void GiveUp(Waiter waiter) => waiter.ReplyTo.Tell(
        waiter.Lsn.IsNone ? new MetaLeadership(Confirmed: false, waiter.Tag) : new TopologyProposed(TopologyProposal.Unknown, waiter.Lsn, waiter.Tag),
        self);
}
