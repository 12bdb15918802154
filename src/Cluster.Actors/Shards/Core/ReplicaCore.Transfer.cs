using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>Why a leader hands over; decides what follows if it does not succeed in time.</summary>
public enum TransferReason : byte
{
    /// <summary>An operator or the placement wants another leader. Without success this one goes on.</summary>
    Requested = 0,

    /// <summary>This node leaves. Without success it resigns.</summary>
    Leaving = 1,

    /// <summary>R6. Without success it resigns.</summary>
    OwnDiskBehind = 2,

    /// <summary>The committed configuration no longer has this replica as a voter (R9). Without success it resigns.</summary>
    Removed = 3,

    /// <summary>The node's wall clock is wrong by its peers' word. Without success it goes on, and tries again later.</summary>
    ClockWrong = 4,
}

public enum TransferVerdict : byte
{
    Started = 0,

    NotLeader = 1,

    /// <summary>Another transfer is under way.</summary>
    UnderWay = 2,

    /// <summary>The wanted node is no voter of the shard, or is this one.</summary>
    NotAVoter = 3,

    /// <summary>No other voter was heard within the last election timeout.</summary>
    NobodyReachable = 4,
}

// Transfer of leadership (replication rule 2.11).
//
// Steps: 1. nothing more is appended (CanAppend); 2. the target has everything durable, and everything is committed, so that each waiting
// client gets its answer here (the owner says when it holds none any more: RepliesWait); 3. TimeoutNow to the target, and from then on no lease in this term; 4. the target campaigns in the next
// term without asking first, its vote requests marked with this term; a voter honours the mark only while its own term is still this one.
// Invariant T1: a marked vote request of term T exists only after T's leader sent TimeoutNow, and that leader reads by no lease since.
// A crash leaves: before 3 nothing; the leader after 3: its restart is no leader, so there is no lease; the target after 3: it has or has
// not its own vote durable, as in any election, and a restarted target campaigns without the mark.
// If nothing happens within the time limit the leader goes on, or resigns: see TransferReason.
public sealed partial class ReplicaCore
{
    private sealed class Transfer(Guid target, TransferReason reason, long now, long micros)
    {
        public Guid Target { get; } = target;

        public TransferReason Reason { get; set; } = reason;

        public long Deadline { get; } = now + micros;

        /// <summary>From here on it is not waited any longer for what is not committed yet.</summary>
        public long HurryAt { get; set; } = now + micros / 2;

        /// <summary>When TimeoutNow is repeated; MaxValue: it was not sent yet.</summary>
        public long RepeatAt { get; set; } = long.MaxValue;
    }

    /// <summary>The transfer under way.</summary>
    private Transfer? _transfer;

    /// <summary>The owner holds replies that only this term's leader can give.</summary>
    private bool _repliesWait;

    /// <summary>T1: TimeoutNow has left in this term. Never false again before the term ends.</summary>
    private bool _timeoutNowSent;

    /// <summary>The election under way was ordered by the leader of this term.</summary>
    private Term _transferFrom;

    /// <summary>
    /// Starts to hand over to <paramref name="target"/>, or to the voter that is most caught up. Ends with RoleChanged
    /// (<see cref="LeadershipLoss.Transferred"/>, or the loss that the reason stands for) or TransferFailed; for reasons other than Requested always with RoleChanged. Records that
    /// were appended before have to be announced (LeaderAppended) before this is called.
    /// </summary>
    public TransferVerdict TransferLeadership(Guid? target, TransferReason reason, long now)
    {
        if (!IsLeading)
            return TransferVerdict.NotLeader;
        Unpark(now);
        if (_transfer is { } running)
        {
            if (running.Reason is TransferReason.Requested or TransferReason.ClockWrong && reason != TransferReason.Requested)
                running.Reason = reason;
            return target is null || target == running.Target ? TransferVerdict.Started : TransferVerdict.UnderWay;
        }

        MemberProgress? chosen = target is { } wanted ? VoterAt(wanted) : BestTarget(now);
        if (chosen is null)
            return target is null ? TransferVerdict.NobodyReachable : TransferVerdict.NotAVoter;
        _transfer = new Transfer(chosen.Member.Node, reason, now, _settings.TransferMicros);
        AdvanceTransfer(now);
        Finish();
        return TransferVerdict.Started;
    }

    /// <summary>A transfer has begun and has not ended: nothing is appended.</summary>
    public bool IsTransferring => _transfer is not null;

    /// <summary>
    /// Whether replies still wait at the owner: for what a policy asks beyond the commit, for a round, for the disk. A transfer
    /// waits for them, no longer than for what is not committed. To be said before TransferLeadership and whenever it changes until the transfer ends.
    /// </summary>
    public void RepliesWait(bool wait, long now)
    {
        if (_repliesWait == wait)
            return;
        _repliesWait = wait;
        if (wait || _stopped || !IsLeading)
            return;
        AdvanceTransfer(now);
        Finish();
    }

    /// <summary>The leader of <see cref="TimeoutNow.Term"/> hands over to this replica.</summary>
    public void Receive(Guid from, in TimeoutNow order, long now)
    {
        if (_stopped || from == _self || order.Term < _term)
            return;
        if (order.Term > _term)
            AdoptTerm(order.Term, leader: null, now);
        bool otherLeads = _leader is { } leader && leader != from;
        if (!otherLeads && _role != ReplicaRole.Leader && MayStand && !_clockIsWrong)
            StartElection(now, transferFrom: order.Term);
        Finish();
    }

    /// <summary>Because something is wrong here: with whom is reachable, else with nobody.</summary>
    private void HandOver(TransferReason reason, long now)
    {
        if (_transfer is { } running)
        {
            if (running.Reason is TransferReason.Requested or TransferReason.ClockWrong)
                running.Reason = reason;
        }
        else if (BestTarget(now) is { } best)
        {
            _transfer = new Transfer(best.Member.Node, reason, now, _settings.TransferMicros);
        }
        else
        {
            ResignLeadership(LossOf(reason), now);
        }
    }

    private void AdvanceTransfer(long now)
    {
        if (_transfer is not { } transfer)
            return;
        MemberProgress? target = VoterAt(transfer.Target);
        if (target is null || now >= transfer.Deadline)
        {
            EndTransfer(transfer, now);
            return;
        }

        if (now >= transfer.HurryAt)
            transfer.HurryAt = long.MaxValue;
        bool isReady = target.Durable >= _last && ((_commit >= _last && !_repliesWait) || transfer.HurryAt == long.MaxValue);
        if (!isReady || (transfer.RepeatAt != long.MaxValue && now < transfer.RepeatAt))
            return;
        transfer.RepeatAt = now + _settings.HeartbeatMicros / 2;
        SendTimeoutNow(target);
    }

    private void EndTransfer(Transfer transfer, long now)
    {
        if (transfer.Reason is not (TransferReason.Requested or TransferReason.ClockWrong))
        {
            ResignLeadership(LossOf(transfer.Reason), now);
            return;
        }

        ForgetTransfer();
        _effects.Add(EffectKind.TransferFailed).To = transfer.Target;
    }

    private void ForgetTransfer() => _transfer = null;

    private void SendTimeoutNow(MemberProgress target)
    {
        _timeoutNowSent = true;
        ref Effect effect = ref _effects.Add(EffectKind.SendTimeoutNow);
        effect.To = target.Member.Node;
        effect.TimeoutNow = new TimeoutNow { Term = _term };
    }

    /// <summary>The voter with the most durable records among those heard of late.</summary>
    private MemberProgress? BestTarget(long now)
    {
        MemberProgress? best = null;
        foreach (MemberProgress member in _members)
        {
            bool isHeard = member.Echo > 0 && now - member.Echo < _settings.ElectionTimeoutMicros;
            if (member.IsVoter && isHeard && (best is null || member.Durable > best.Durable))
                best = member;
        }

        return best;
    }

    private MemberProgress? VoterAt(Guid node)
    {
        foreach (MemberProgress member in _members)
        {
            if (member.IsVoter && member.Member.Node == node)
                return member;
        }

        return null;
    }

    /// <summary>
    /// R2: the mark counts while this replica's term is still the one that was handed over; a leader honours it only if it did hand over.
    /// </summary>
    private bool IsTransfer(in VoteRequest request) =>
        !request.PreVote && !request.TransferFrom.IsNone && request.TransferFrom == _term && (_role != ReplicaRole.Leader || _timeoutNowSent);

    private long NextTransferTickAt() =>
        _transfer is { } transfer ? Math.Min(transfer.Deadline, Math.Min(transfer.HurryAt, transfer.RepeatAt)) : long.MaxValue;

    private LeadershipLoss LossByHigherTerm => _transfer switch
    {
        null => LeadershipLoss.HigherTerm,
        { Reason: TransferReason.OwnDiskBehind or TransferReason.Removed } transfer => LossOf(transfer.Reason),
        _ => LeadershipLoss.Transferred,
    };

    private static LeadershipLoss LossOf(TransferReason reason) => reason switch
    {
        TransferReason.OwnDiskBehind => LeadershipLoss.OwnDiskBehind,
        TransferReason.Removed => LeadershipLoss.Removed,
        _ => LeadershipLoss.Resigned,
    };
}
