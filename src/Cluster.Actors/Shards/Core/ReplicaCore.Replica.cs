using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Following a leader: whom, pulls (R4), acks (R5).
public sealed partial class ReplicaCore
{
    private long _pullNumber;
    private bool _pullOutstanding;
    private long _pullExpiresAt;

    /// <summary>No pull before this: the last one could not be used.</summary>
    private long _pullNotBefore = long.MinValue;

    /// <summary>Highest send stamp heard from this leader in this term.</summary>
    private long _echo;

    /// <summary>The leader of this term cannot serve this replica.</summary>
    private bool _needsBootstrap;

    public void Receive(Guid from, in PullAnswer answer, long now)
    {
        Invariant.Check(!_appending, "I5: records that were handed out are reported before the next input");
        if (_stopped || from == _self || (answer.Term < _term && _settings.Planted != PlantedBug.LateAnswerApplied))
            return;
        bool fromLeader = answer.Outcome != PullOutcome.NotLeader;
        if (answer.Term > _term)
            AdoptTerm(answer.Term, fromLeader ? from : answer.LeaderHint == _self ? null : answer.LeaderHint, now);
        WakeForLeader(now);
        if (fromLeader && answer.Term == _term)
            HearLeader(from, answer.SentAt, now);

        if (!InFlux && (AnswersPull(answer) || IsLateAndApplied(answer)))
        {
            _pullOutstanding = false;
            if (PromisesDurable && fromLeader)
                Follow(answer, now);
            else if (!fromLeader)
                LookElsewhere(from, answer, now);
        }

        TryPull(now);
        Finish();
    }

    /// <summary>I5: the answer to the one outstanding pull, and the log still ends where that said.</summary>
    private bool AnswersPull(in PullAnswer answer) => _pullOutstanding && answer.Number == _pullNumber && answer.After == _last;

    private bool IsLateAndApplied(in PullAnswer answer) =>
        _settings.Planted == PlantedBug.LateAnswerApplied && answer.Outcome == PullOutcome.Records && (_role is ReplicaRole.Follower or ReplicaRole.Learner)
        && answer.PartTotal == 0 && (answer.After == _last || answer.Last == answer.After);

    public void Receive(Guid from, in LeaderNotice notice, long now)
    {
        if (_stopped || from == _self)
            return;
        if (notice.Term < _term)
        {
            TellTerm(from);
            return;
        }

        WakeForLeader(now);
        if (notice.Term > _term)
            AdoptTerm(notice.Term, notice.Resigned ? null : from, now);
        if (notice.Resigned)
            ForgetResigned(from, now);
        else
            HearLeader(from, notice.SentAt, now);
        if (Bootstrap != BootstrapState.None)
            SendEcho();
        TryPull(now);
        Finish();
    }

    /// <summary>Someone speaks as the leader of the current term.</summary>
    private void HearLeader(Guid from, long sentAt, long now)
    {
        Invariant.Check(_role != ReplicaRole.Leader && (_leader is null || _leader == from || _echo == 0), "I10: one leader per term");
        _heardLeaderAt = now;
        _electionAt = now + ElectionDelay();
        if (sentAt > _echo)
            _echo = sentAt;
        if (_leader != from)
            _pullOutstanding = false;
        Become(RestingRole, from);
    }

    private void ForgetResigned(Guid from, long now)
    {
        if (_role == ReplicaRole.Leader || (_leader is not null && _leader != from))
            return;
        ForgetLeaderContact();
        _heardLeaderAt = long.MinValue;
        _electionAt = now + _random.Between(0, _settings.ElectionTimeoutMicros / 8);
        Become(RestingRole, leader: null);
    }

    /// <summary>
    /// Everything that belongs to one leader and term. Not when a leader was last heard: that promise outlives the term (R2).
    /// </summary>
    private void ForgetLeaderContact()
    {
        _pullOutstanding = false;
        _pullNotBefore = long.MinValue;
        _echo = 0;
        _needsBootstrap = false;
    }

    private void LookElsewhere(Guid from, in PullAnswer answer, long now)
    {
        if (_leader != from)
            return;
        if (_echo > 0)
        {
            // It did lead this term when it was asked, so it has given up or was restarted: it never leads this term again.
            ForgetResigned(from, now);
            return;
        }

        _pullNotBefore = now + _settings.HeartbeatMicros / 4;
        Become(RestingRole, answer.LeaderHint == from || answer.LeaderHint == _self ? null : answer.LeaderHint);
    }

    private void Follow(in PullAnswer answer, long now)
    {
        switch (answer.Outcome)
        {
            case PullOutcome.Records:
                TakeRecords(answer, now);
                break;
            case PullOutcome.Diverged:
                CutDiverged(answer);
                break;
            case PullOutcome.PositionGone:
                _needsBootstrap = true;
                AskForBootstrap(BootstrapCause.PositionGone, answer);
                break;
            case PullOutcome.NotRegistered:
                if (TryTakeIncarnation(answer.Incarnation))
                    break;
                // The record that registers it may be on its way.
                _pullNotBefore = now + _settings.ElectionTimeoutMicros;
                AskForBootstrap(BootstrapCause.NotRegistered, answer);
                break;
        }
    }

    private void AskForBootstrap(BootstrapCause cause, in PullAnswer answer)
    {
        ref Effect effect = ref _effects.Add(EffectKind.NeedsBootstrap);
        effect.Cause = cause;
        effect.Leader = _leader;
        effect.Lsn = _last;
        effect.Oldest = answer.Oldest;
        effect.Head = answer.Head;
    }

    private bool CanPull =>
        _leader is not null && _role is ReplicaRole.Follower or ReplicaRole.Learner
        && PromisesDurable && !_pullOutstanding && !InFlux && !_appending && !_needsBootstrap;

    private void TryPull(long now)
    {
        if (_stopped || !CanPull || now < _pullNotBefore)
            return;
        _pullOutstanding = true;
        _pullNumber++;
        _pullExpiresAt = now + 2 * _settings.HeartbeatMicros;
        Lsn durable = AckableThrough;
        ref Effect effect = ref _effects.Add(EffectKind.SendPull);
        effect.To = _leader!.Value;
        effect.Pull = new Pull
        {
            Number = _pullNumber,
            Term = _term,
            Incarnation = _incarnation,
            After = _last,
            AfterTerm = LastTerm,
            MaxBytes = _settings.AnswerBytesMax,
            WaitMicros = _settings.HeartbeatMicros,
            Applied = _commit,
            Durable = durable,
            DurableTerm = _terms.TermAt(durable),
            Echo = _echo,
            PartOffset = _partHeld,
            PartTerm = _partHeld > 0 ? _partTerm : Term.None,
        };
    }

    /// <summary>I7.</summary>
    private Lsn AckableThrough =>
        _incarnation <= 0 ? Lsn.None : _settings.Planted == PlantedBug.AckBeforeSync ? _last : _flushed;

    private void SendAck()
    {
        if (_leader is not { } leader || _role is not (ReplicaRole.Follower or ReplicaRole.Learner) || !PromisesDurable || InFlux || _incarnation <= 0)
            return;
        Lsn durable = AckableThrough;
        ref Effect effect = ref _effects.Add(EffectKind.SendAck);
        effect.To = leader;
        effect.Ack = new Ack
        {
            Term = _term,
            Incarnation = _incarnation,
            Durable = durable,
            DurableTerm = _terms.TermAt(durable),
            Applied = _commit,
            Echo = _echo,
        };
    }

    /// <summary>Who waits for a snapshot pulls nothing, yet it has heard the leader: for its check-quorum and reads (S2).</summary>
    private void SendEcho()
    {
        if (_leader is not { } leader || _role is not (ReplicaRole.Follower or ReplicaRole.Learner) || !PromisesDurable || _incarnation <= 0)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.SendAck);
        effect.To = leader;
        effect.Ack = new Ack { Term = _term, Incarnation = _incarnation, Echo = _echo };
    }

    /// <summary>
    /// Someone leads in an older term. If this replica's term grew in an election that came to nothing, no other message would ever end
    /// the disagreement.
    /// </summary>
    private void TellTerm(Guid to)
    {
        if (!PromisesDurable)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.SendAck);
        effect.To = to;
        effect.Ack = new Ack { Term = _term, Incarnation = _incarnation };
    }

    private void TickReplica(long now)
    {
        if (_pullOutstanding && now >= _pullExpiresAt)
            _pullOutstanding = false; // Lost, or its answer was. A late answer will not match the next number.
        if (now >= _electionAt)
        {
            if (_role == ReplicaRole.Learner)
            {
                _electionAt = now + ElectionDelay();
                AskForDoubt();
            }
            else
            {
                Campaign(now);
            }
        }

        TryPull(now);
    }

    private long NextReplicaTickAt()
    {
        long next = _electionAt;
        if (_pullOutstanding)
            next = Math.Min(next, _pullExpiresAt);
        else if (CanPull)
            next = Math.Min(next, _pullNotBefore);
        return next;
    }
}
