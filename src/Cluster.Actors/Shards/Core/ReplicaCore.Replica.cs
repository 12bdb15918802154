using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Following a leader: pulls (R4), acks (R5), cuts (R8).
public sealed partial class ReplicaCore
{
    private long _pullNumber;
    private bool _pullOutstanding;
    private long _pullExpiresAt;

    /// <summary>No pull before this: the last one could not be used.</summary>
    private long _pullNotBefore = long.MinValue;

    /// <summary>Highest send stamp heard from this leader in this term.</summary>
    private long _echo;

    /// <summary>Bytes held of the record behind the log's end, and that record's term.</summary>
    private int _partHeld;
    private Term _partTerm;

    private bool _cutting;
    private Lsn _cutTo;

    /// <summary>An AppendRecords is with the owner; what it will have to report.</summary>
    private bool _appending;
    private Lsn _appendingLast;
    private Lsn _appendingCommit;
    private TermStart[]? _appendingStarts;

    /// <summary>The leader of this term cannot serve this replica.</summary>
    private bool _needsBootstrap;

    public void Receive(Guid from, in PullAnswer answer, long now)
    {
        Invariant.Check(!_appending, "I5: records that were handed out are reported before the next input");
        if (_stopped || from == _self || answer.Term < _term)
            return;
        bool fromLeader = answer.Outcome != PullOutcome.NotLeader;
        if (answer.Term > _term)
            AdoptTerm(answer.Term, fromLeader ? from : answer.LeaderHint == _self ? null : answer.LeaderHint, now);
        if (fromLeader)
            HearLeader(from, answer.SentAt, now);

        if (_pullOutstanding && answer.Number == _pullNumber && answer.After == _last && !_cutting)
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

    public void Receive(Guid from, in LeaderNotice notice, long now)
    {
        if (_stopped || from == _self)
            return;
        if (notice.Term < _term)
        {
            TellTerm(from);
            return;
        }

        if (notice.Term > _term)
            AdoptTerm(notice.Term, notice.Resigned ? null : from, now);
        if (notice.Resigned)
            ForgetResigned(from, now);
        else
            HearLeader(from, notice.SentAt, now);
        TryPull(now);
        Finish();
    }

    /// <summary>Answer to AppendRecords: all of them are in the log, through <paramref name="last"/>.</summary>
    public void RecordsAppended(Lsn last, long now)
    {
        Invariant.Check(_appending && last == _appendingLast, "I5: exactly the records of the answer were appended");
        _appending = false;
        foreach (TermStart start in _appendingStarts ?? [])
            _terms.Append(start.Term, start.First);
        _appendingStarts = null;
        _last = last;
        AdvanceReplicaCommit(_appendingCommit);
        if (_settings.Planted == PlantedBug.AckBeforeSync)
            SendAck();
        TryPull(now);
        Finish();
    }

    /// <summary>Answer to AppendRecords: none of them is in the log; they will be pulled again after a while.</summary>
    public void RecordsRefused(long now)
    {
        Invariant.Check(_appending, "I5: only records that were handed out can be refused");
        _appending = false;
        _appendingStarts = null;
        _pullNotBefore = now + _settings.HeartbeatMicros / 4;
        Finish();
    }

    /// <summary>Answer to CutAfter: the log ends at <paramref name="last"/>, and all of it is durable.</summary>
    public void CutDone(Lsn last, long now)
    {
        if (_stopped)
            return;
        Invariant.Check(_cutting && last == _cutTo && last >= _commit, "I6: the cut that was asked for, not below the commit LSN");
        _cutting = false;
        _last = last;
        _flushed = last;
        _terms.CutAfter(last);
        if (_configurations.CutAfter(last))
            ConfigurationChanged();
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
                AskForBootstrap(BootstrapCause.PositionGone, answer.Oldest);
                break;
            case PullOutcome.NotRegistered:
                // The record that registers it may be on its way.
                _pullNotBefore = now + _settings.ElectionTimeoutMicros;
                AskForBootstrap(BootstrapCause.NotRegistered, answer.Oldest);
                break;
        }
    }

    private void TakeRecords(in PullAnswer answer, long now)
    {
        ReadOnlySpan<TermStart> starts = answer.TermStarts;
        bool part = answer.PartTotal > 0;
        bool wellFormed = answer.Last >= answer.After
            && Timeline.IsContinuation(starts, answer.After, LastTerm, answer.Last, _term)
            && (!part || IsExpectedPart(answer));
        if (!wellFormed)
        {
            // Damaged or of a faulty peer. Nothing of it is used, the same is asked for again.
            _partHeld = 0;
            _pullNotBefore = now + _settings.HeartbeatMicros / 4;
            return;
        }

        // What is committed of the records that are here already: it makes room before new ones come.
        AdvanceReplicaCommit(answer.Commit);
        if (part)
        {
            _partTerm = answer.PartTerm;
            _partHeld = answer.PartOffset + answer.PartLength;
            if (_partHeld < answer.PartTotal)
            {
                _effects.Add(EffectKind.StorePart).PullAnswer = answer;
                return;
            }
        }

        _partHeld = 0;
        if (answer.Last == answer.After)
            return;
        _appending = true;
        _appendingLast = answer.Last;
        _appendingCommit = answer.Commit;
        _appendingStarts = answer.TermStarts;
        _effects.Add(EffectKind.AppendRecords).PullAnswer = answer;
    }

    private bool IsExpectedPart(in PullAnswer answer)
    {
        if (answer.PartOffset < 0 || answer.PartLength <= 0 || answer.PartLength > answer.PartTotal - answer.PartOffset)
            return false;
        bool whole = answer.PartOffset + answer.PartLength == answer.PartTotal;
        if (answer.Last != (whole ? answer.After.Next : answer.After))
            return false;
        return answer.PartOffset == 0 || (answer.PartOffset == _partHeld && answer.PartTerm == _partTerm);
    }

    /// <summary>The commit LSN of the leader, as far as the own log is known to be the same as its (replication rule f).</summary>
    private void AdvanceReplicaCommit(Lsn leaderCommit)
    {
        Lsn commit = Lsn.Min(leaderCommit, _last);
        if (commit <= _commit)
            return;
        _commit = commit;
        _configurations.CommitAdvanced(commit);
        _effects.Add(EffectKind.CommitAdvanced).Lsn = commit;
    }

    private void CutDiverged(in PullAnswer answer)
    {
        Lsn keep = Timeline.CommonPoint(_terms, _last, answer.Timeline, answer.Head);
        if (keep >= _last || keep >= answer.Head)
            return; // Nothing is proven: the leader must hold another record at the next LSN (I6).
        if (keep < _commit)
        {
            ref Effect diverged = ref _effects.Add(EffectKind.Diverged);
            diverged.Lsn = keep;
            diverged.Leader = _leader;
            Become(RestingRole, leader: null);
            _stopped = true;
            return;
        }

        _cutting = true;
        _cutTo = keep;
        _partHeld = 0;
        _flushed = Lsn.Min(_flushed, keep);
        _effects.Add(EffectKind.CutAfter).Lsn = keep;
    }

    private void AskForBootstrap(BootstrapCause cause, Lsn oldest)
    {
        ref Effect effect = ref _effects.Add(EffectKind.NeedsBootstrap);
        effect.Cause = cause;
        effect.Leader = _leader;
        effect.Lsn = _last;
        effect.Oldest = oldest;
    }

    private bool CanPull =>
        _leader is not null && _role is ReplicaRole.Follower or ReplicaRole.Learner
        && PromisesDurable && !_pullOutstanding && !_cutting && !_appending && !_needsBootstrap;

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
        !_counts ? Lsn.None : _settings.Planted == PlantedBug.AckBeforeSync ? _last : _flushed;

    private void SendAck()
    {
        if (_leader is not { } leader || _role is not (ReplicaRole.Follower or ReplicaRole.Learner) || !PromisesDurable || _cutting || !_counts)
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
                _electionAt = now + ElectionDelay();
            else
                Campaign(now);
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
