using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Parking of idle shards (DESIGN section 8): timers rest, and the heartbeat between two nodes speaks for all shards that are parked on both.
//
// Invariant P1: a parked replica promises what it would promise if it heard its leader all the time: it votes for nobody (except under a
// transfer mark). The promise ends not before the minimum election timeout after the last heartbeat that vouched for the shard: on
// unparking the owner first gives that time (NodeContact).
// Invariant P2: an echo of the node heartbeat counts for a shard only if the peer vouched for this (shard, term) in that heartbeat; the owner
// sees to that. It is then what the shard's own echo would be: the peer's replica was in our term after we sent the stamp.
// The owner's rules: park only if CanPark, on both sides by agreement; on any doubt about the peer (silence for an election timeout, a new
// process, another list of shards) give the last contact and Unpark. Nothing of it is durable: a restart begins unparked.
public sealed partial class ReplicaCore
{
    private bool _parked;

    /// <summary>Check-quorum begins anew here: while parked nobody was asked.</summary>
    private long _unparkedAt = long.MinValue;

    /// <summary>Timers rest: no Tick is needed, and Ticks do nothing. Any message of the shard itself ends it.</summary>
    public bool Parked => _parked;

    /// <summary>Nothing is under way between this replica and its peers, and everything is committed and known to be so.</summary>
    public bool CanPark
    {
        get
        {
            if (_stopped || _parked || InFlux || _appending || !PromisesDurable || _incarnation <= 0 || _flushed < _last || _commit < _last)
                return false;
            if (_role is ReplicaRole.Follower or ReplicaRole.Learner)
                return _leader is not null && _pullOutstanding && !_needsBootstrap;
            return IsLeading && _transfer is null && !_changing && Configuration.Promoting == 0 && _readRequested <= _readConfirmed && MembersRest();
        }
    }

    public void Park()
    {
        Invariant.Check(CanPark, "P1: only an idle replica is parked");
        _parked = true;
    }

    /// <summary>Timers run again from what is known of contact. First give the last NodeContact or NodeEcho.</summary>
    public void Unpark(long now)
    {
        if (!_parked)
            return;
        _parked = false;
        _unparkedAt = now;
        _pullOutstanding = false;
        if (_role != ReplicaRole.Leader)
            _electionAt = Math.Max(now, (_heardLeaderAt == long.MinValue ? now : _heardLeaderAt) + ElectionDelay());
        TryPull(now);
        Finish();
    }

    /// <summary>A heartbeat of the leader's node came at <paramref name="heardAt"/> that vouched for this shard in <paramref name="term"/>.</summary>
    public void NodeContact(Guid leader, Term term, long heardAt)
    {
        if (_stopped || _leader != leader || _term != term || _role == ReplicaRole.Leader || heardAt <= _heardLeaderAt)
            return;
        _heardLeaderAt = heardAt;
        _electionAt = Math.Max(_electionAt, heardAt + ElectionDelay());
    }

    /// <summary>
    /// A member's node has returned the heartbeat that was sent to it at <paramref name="sentAt"/> (µs of `now`), vouching for this shard in
    /// <paramref name="term"/> (P2).
    /// </summary>
    public void NodeEcho(Guid node, Term term, long sentAt, long now)
    {
        if (!IsLeading || _term != term || sentAt > now)
            return;
        _lastStamp = Math.Max(_lastStamp, sentAt);
        foreach (MemberProgress member in _members)
        {
            if (member.Member.Node == node && sentAt > member.Echo)
                (member.Echo, member.EchoReceivedAt) = (sentAt, now);
        }

        ConfirmReads(now);
        Finish();
    }

    /// <summary>Its leader speaks to it: the pull that it kept is still good, and the election timer is set by what follows.</summary>
    private void WakeForLeader(long now)
    {
        if (_role == ReplicaRole.Leader)
            Unpark(now);
        else
            _parked = false;
    }

    private bool MembersRest()
    {
        foreach (MemberProgress member in _members)
        {
            if (!member.HasPull || member.WantsRenewal || member.Durable < _last || member.PullApplied < _last || !member.Snapshot.IsNone)
                return false;
        }

        return true;
    }
}
