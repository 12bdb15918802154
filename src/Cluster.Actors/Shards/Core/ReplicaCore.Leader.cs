using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Leading: the no-op (R3), the members, check-quorum, giving up.
public sealed partial class ReplicaCore
{
    /// <summary>All other members of the newest configuration. Empty unless leading.</summary>
    private MemberProgress[] _members = [];

    /// <summary>The first record of the own term; none until it is appended.</summary>
    private Lsn _noOp;

    private long _electedAt;

    /// <summary>Highest send stamp given out. Stamps are µs of `now`, made unique: a higher one was sent later.</summary>
    private long _lastStamp;

    private void Win(long now)
    {
        Invariant.Check(_vote == _self && PromisesDurable, "I1: a leader's vote for itself is durable");
        _noOp = Lsn.None;
        _electedAt = now;
        _lastStamp = Math.Max(_lastStamp, now);
        _stampLead = 0;
        _flushTarget = Lsn.None;
        RegisterMembers();
        _effects.Add(EffectKind.AppendNoOp).Term = _term;
        Become(ReplicaRole.Leader, _self);
    }

    /// <summary>Answer to AppendNoOp.</summary>
    public void NoOpAppended(Lsn lsn, long now)
    {
        Invariant.Check(_role == ReplicaRole.Leader && _noOp.IsNone && lsn == _last.Next, "I3: the no-op is the next record");
        _noOp = lsn;
        _last = lsn;
        _terms.Append(_term, lsn);
        foreach (MemberProgress member in _members)
            SendNotice(member, now, resigned: false);
        Finish();
    }

    /// <summary>
    /// The leader has appended client records; the newest is <paramref name="last"/>. Once per burst, before any other input.
    /// </summary>
    public void LeaderAppended(Lsn last, long now)
    {
        Invariant.Check(IsLeading && last >= _last, "I3: only a leader appends, behind its no-op");
        Unpark(now);
        _last = last;
        foreach (MemberProgress member in _members)
            TryAnswer(member, now);
        Finish();
    }

    /// <summary>
    /// The link to a node works again after it was broken: what was under way on it is lost. Saves the wait for a time-out.
    /// </summary>
    public void LinkRestored(Guid peer, long now)
    {
        if (_stopped)
            return;
        Unpark(now);
        if (IsLeading)
        {
            foreach (MemberProgress member in _members)
            {
                if (member.Member.Node == peer)
                    SendNotice(member, now, resigned: false);
            }
        }
        else if (_leader == peer)
        {
            _pullOutstanding = false;
            TryPull(now);
        }

        Finish();
    }

    /// <summary>
    /// A leader gives up at once: the others elect without waiting for a time-out. For a planned stop
    /// <see cref="TransferLeadership"/> is better: nobody's write is left without an answer.
    /// </summary>
    public void Resign(long now)
    {
        if (_stopped || _role != ReplicaRole.Leader)
            return;
        ResignLeadership(LeadershipLoss.Resigned, now);
        Finish();
    }

    private void ResignLeadership(LeadershipLoss loss, long now)
    {
        // Who lost the majority leaves the choice to those who can reach each other.
        if (loss != LeadershipLoss.QuorumLost && IsLeading && BestTarget(now) is { } best)
            SendTimeoutNow(best);
        foreach (MemberProgress member in _members)
            SendNotice(member, now, resigned: true);
        // The others go first.
        _electionAt = now + _settings.ElectionTimeoutMicros + ElectionDelay();
        Become(RestingRole, leader: null, loss);
    }

    private void ForgetLeadership()
    {
        _members = [];
        _noOp = Lsn.None;
        _timeoutNowSent = false;
        _changing = false;
        ForgetTransfer();
        ForgetReads();
    }

    /// <summary>Called at election and when the configuration changes: who stays keeps what is known of it.</summary>
    private void RegisterMembers()
    {
        var members = new List<MemberProgress>(Configuration.Voters.Length + Configuration.Learners.Length);
        foreach (Member voter in Configuration.Voters)
            Register(voter, isVoter: true);
        foreach (Member learner in Configuration.Learners)
            Register(learner, isVoter: false);
        _members = members.ToArray();
        ProgressVersion++;

        void Register(Member member, bool isVoter)
        {
            if (member.Node == _self)
                return;
            MemberProgress progress = MemberOf(member.Node, member.Incarnation) ?? new MemberProgress(member, isVoter);
            progress.IsVoter = isVoter;
            progress.Region = RegionOf(member.Node);
            members.Add(progress);
        }
    }

    /// <summary>R5: null unless it is registered in the newest configuration with exactly this incarnation.</summary>
    private MemberProgress? MemberOf(Guid node, long incarnation)
    {
        foreach (MemberProgress member in _members)
        {
            if (member.Member.Node == node)
                return member.Member.Incarnation == incarnation ? member : null;
        }

        return null;
    }

    private long NextStamp(long now)
    {
        _lastStamp = Math.Max(now, _lastStamp + 1);
        _stampLead = Math.Max(_stampLead, _lastStamp - now);
        return _lastStamp;
    }

    private void SendNotice(MemberProgress member, long now, bool resigned)
    {
        member.SentAt = now;
        ref Effect effect = ref _effects.Add(EffectKind.SendLeaderNotice);
        effect.To = member.Member.Node;
        effect.LeaderNotice = new LeaderNotice { Term = _term, SentAt = NextStamp(now), Resigned = resigned };
    }

    private void TickLeader(long now)
    {
        bool diskBehind = !_flushTarget.IsNone && now - _flushBehindSince > _settings.FlushLagMicrosMax;
        if (now >= QuorumLostAt())
        {
            ResignLeadership(LeadershipLoss.QuorumLost, now);
            return;
        }

        if (diskBehind)
            HandOver(TransferReason.OwnDiskBehind, now);
        AdvanceTransfer(now);
        if (!IsLeading)
            return;
        TryNextChange(now);

        foreach (MemberProgress member in _members)
        {
            TryAnswer(member, now);
            if (!member.HasPull && now - member.SentAt >= _settings.HeartbeatMicros)
                SendNotice(member, now, resigned: false);
        }
    }

    /// <summary>Check-quorum: when the newest stamp that a majority has returned is a whole minimum election timeout old.</summary>
    private long QuorumLostAt()
    {
        if (Configuration.Majority == 1 && Configuration.IsVoter(_self, _incarnation))
            return long.MaxValue;
        long heard = Math.Max(Math.Max(_electedAt, _unparkedAt), MajorityOf(static member => member.Echo, long.MaxValue));
        return heard + _settings.ElectionTimeoutMicros;
    }

    private long NextLeaderTickAt()
    {
        long next = QuorumLostAt();
        if (!_flushTarget.IsNone)
            next = Math.Min(next, Math.Max(_flushBehindSince + _settings.FlushLagMicrosMax + 1, _transfer is null ? long.MinValue : NextTransferTickAt()));
        next = Math.Min(next, NextTransferTickAt());
        foreach (MemberProgress member in _members)
            next = Math.Min(next, member.HasPull ? AnswerDueAt(member) : member.SentAt + _settings.HeartbeatMicros);
        // What is overdue is due at once; callers subtract their `now`.
        return Math.Max(next, _electedAt);
    }
}
