using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Leading: the no-op (R3), answers to pulls (R4), acks (R5), commit (R6), check-quorum.
public sealed partial class ReplicaCore
{
    /// <summary>All other members of the newest configuration. Empty unless leading.</summary>
    private MemberProgress[] _members = [];

    /// <summary>The first record of the own term; none until it is appended.</summary>
    private Lsn _noOp;

    private long _electedAt;

    /// <summary>Highest send stamp given out. Stamps are µs of `now`, made unique: a higher one was sent later.</summary>
    private long _lastStamp;

    /// <summary>
    /// The own disk is behind the commit LSN: since when it has not reached the target; none: it is not.
    /// </summary>
    private Lsn _flushTarget;
    private long _flushBehindSince;

    private void Win(long now)
    {
        Invariant.Check(_vote == _self && PromisesDurable, "I1: a leader's vote for itself is durable");
        _noOp = Lsn.None;
        _electedAt = now;
        _lastStamp = Math.Max(_lastStamp, now);
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
        Invariant.Check(CanAppend && last >= _last, "I3: only a leader appends, behind its no-op");
        _last = last;
        foreach (MemberProgress member in _members)
            TryAnswer(member, now);
        Finish();
    }

    public void Receive(Guid from, in Pull pull, long now)
    {
        if (_stopped || from == _self)
            return;
        if (pull.Term > _term)
            AdoptTerm(pull.Term, leader: null, now);
        if (!CanAppend)
            Refuse(from, pull.Number, PullOutcome.NotLeader);
        else if (MemberOf(from, pull.Incarnation) is not { } member)
            Refuse(from, pull.Number, PullOutcome.NotRegistered);
        else if (pull.Term < _term)
            SendNotice(member, now, resigned: false); // It learns the term, saves it, and pulls again.
        else
            TakePull(member, pull, now);
        Finish();
    }

    public void Receive(Guid from, in Ack ack, long now)
    {
        if (_stopped || from == _self)
            return;
        if (ack.Term > _term)
            AdoptTerm(ack.Term, leader: null, now);
        else if (ack.Term == _term && CanAppend && MemberOf(from, ack.Incarnation) is { } member)
            TakeAck(member, ack.Durable, ack.DurableTerm, ack.Applied, ack.Echo, now);
        Finish();
    }

    /// <summary>Committed bytes that the own disk has not synced yet, while there are any (R6).</summary>
    public void FlushLag(long bytes, long now)
    {
        if (_stopped || _role != ReplicaRole.Leader || bytes <= _settings.FlushLagBytesMax)
            return;
        ResignLeadership(LeadershipLoss.OwnDiskBehind, now);
        Finish();
    }

    /// <summary>
    /// The link to a node works again after it was broken: what was under way on it is lost. Saves the wait for a time-out.
    /// </summary>
    public void LinkRestored(Guid peer, long now)
    {
        if (_stopped)
            return;
        if (CanAppend)
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

    /// <summary>A leader gives up, for a planned stop: the others elect without waiting for a time-out.</summary>
    public void Resign(long now)
    {
        if (_stopped || _role != ReplicaRole.Leader)
            return;
        ResignLeadership(LeadershipLoss.Resigned, now);
        Finish();
    }

    private void ResignLeadership(LeadershipLoss loss, long now)
    {
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

        void Register(Member member, bool isVoter)
        {
            if (member.Node == _self)
                return;
            MemberProgress progress = MemberOf(member.Node, member.Incarnation) ?? new MemberProgress(member, isVoter);
            progress.IsVoter = isVoter;
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

    private void TakePull(MemberProgress member, in Pull pull, long now)
    {
        TakeAck(member, pull.Durable, pull.DurableTerm, pull.Applied, pull.Echo, now);
        if (!member.IsNewer(pull.Number))
            return;
        member.PullNumber = pull.Number;
        member.HasPull = false;
        if (pull.After.Next < _first || (_first > Lsn.First && pull.After.Next == _first && _terms.TermAt(pull.After).IsNone))
        {
            SendAnswer(member, NewAnswer(pull.Number, PullOutcome.PositionGone, pull.After, now), now);
        }
        else if (pull.After > _last || _terms.TermAt(pull.After) != pull.AfterTerm)
        {
            PullAnswer answer = NewAnswer(pull.Number, PullOutcome.Diverged, pull.After, now);
            answer.Timeline = Timeline.EntriesThrough(_terms, Lsn.Min(pull.After, _last), _settings.TimelineEntriesMax);
            SendAnswer(member, answer, now);
        }
        else
        {
            member.HasPull = true;
            member.PullAfter = pull.After;
            member.PullApplied = pull.Applied;
            member.PullMaxBytes = Math.Clamp(pull.MaxBytes, 1, _settings.AnswerBytesMax);
            member.PullPartOffset = Math.Max(0, pull.PartOffset);
            member.PullPartTerm = pull.PartTerm;
            member.PullReceivedAt = now;
            member.PullDueAt = now + Math.Clamp(pull.WaitMicros, 0, _settings.HeartbeatMicros);
            TryAnswer(member, now);
        }
    }

    private void TakeAck(MemberProgress member, Lsn durable, Term durableTerm, Lsn applied, long echo, long now)
    {
        if (echo > member.Echo && echo <= _lastStamp)
            member.Echo = echo;
        if (applied > member.Applied && applied <= _last)
            member.Applied = applied;
        // Never beyond the head, and only what is on this branch; a repeated or late one changes nothing.
        if (durable > member.Durable && durable <= _last && _terms.TermAt(durable) == durableTerm)
        {
            member.Durable = durable;
            AdvanceLeaderCommit(now);
        }

        ConfirmReads();
    }

    /// <summary>Answers the waiting pull if there is something to say, or its time is over.</summary>
    private void TryAnswer(MemberProgress member, long now)
    {
        if (!member.HasPull)
            return;
        if (member.PullAfter < _last)
        {
            member.HasPull = false;
            member.SentAt = now;
            ref Effect effect = ref _effects.Add(EffectKind.AnswerWithRecords);
            effect.To = member.Member.Node;
            effect.MaxBytes = member.PullMaxBytes;
            effect.PullAnswer = NewAnswer(member.PullNumber, PullOutcome.Records, member.PullAfter, now);
            if (member.PullPartOffset > 0 && _terms.TermAt(member.PullAfter.Next) == member.PullPartTerm)
                effect.PullAnswer.PartOffset = member.PullPartOffset;
        }
        else if (now >= AnswerDueAt(member) || ReadsWaitFor(member))
        {
            member.HasPull = false;
            SendAnswer(member, NewAnswer(member.PullNumber, PullOutcome.Records, member.PullAfter, now), now);
        }
    }

    private long AnswerDueAt(MemberProgress member) => Lsn.Min(_commit, member.PullAfter) > member.PullApplied
        ? Math.Min(member.PullDueAt, member.PullReceivedAt + _settings.CommitNoticeMicros)
        : member.PullDueAt;

    private long NextStamp(long now) => _lastStamp = Math.Max(now, _lastStamp + 1);

    private PullAnswer NewAnswer(long number, PullOutcome outcome, Lsn after, long now) => new()
    {
        Number = number,
        Term = _term,
        Outcome = outcome,
        After = after,
        Last = after,
        Commit = _commit,
        Oldest = _first,
        Head = _last,
        SentAt = NextStamp(now),
    };

    private void SendAnswer(MemberProgress member, in PullAnswer answer, long now)
    {
        member.SentAt = now;
        ref Effect effect = ref _effects.Add(EffectKind.SendPullAnswer);
        effect.To = member.Member.Node;
        effect.PullAnswer = answer;
    }

    private void Refuse(Guid to, long number, PullOutcome outcome)
    {
        if (!PromisesDurable)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.SendPullAnswer);
        effect.To = to;
        effect.PullAnswer = new PullAnswer
        {
            Number = number,
            Term = _term,
            Outcome = outcome,
            Oldest = _first,
            LeaderHint = _leader,
        };
    }

    private void SendNotice(MemberProgress member, long now, bool resigned)
    {
        member.SentAt = now;
        ref Effect effect = ref _effects.Add(EffectKind.SendLeaderNotice);
        effect.To = member.Member.Node;
        effect.LeaderNotice = new LeaderNotice { Term = _term, SentAt = NextStamp(now), Resigned = resigned };
    }

    /// <summary>
    /// Completes the answer of an AnswerWithRecords: the bytes read are the whole records through <paramref name="last"/>. False if the
    /// answer must not be sent any more (the replica no longer leads in that term).
    /// </summary>
    public bool TryCompleteAnswer(ref PullAnswer answer, Lsn last)
    {
        if (!CanAppend || answer.Term != _term)
            return false;
        Invariant.Check(last >= answer.After && last <= _last, "an answer holds records of the log");
        answer.Last = last;
        answer.PartOffset = 0;
        answer.Commit = _commit;
        answer.TermStarts = Timeline.StartsWithin(_terms, answer.After, last);
        return true;
    }

    /// <summary>
    /// The same for a part of a record that is larger than an answer: <paramref name="length"/> bytes of the record After+1 from the
    /// answer's PartOffset on, of <paramref name="total"/>.
    /// </summary>
    public bool TryCompleteAnswerWithPart(ref PullAnswer answer, int length, int total)
    {
        if (!CanAppend || answer.Term != _term)
            return false;
        Invariant.Check(length > 0 && answer.PartOffset + length <= total && answer.After < _last, "a part lies within its record");
        answer.PartLength = length;
        answer.PartTotal = total;
        answer.PartTerm = _terms.TermAt(answer.After.Next);
        answer.Commit = _commit;
        if (answer.PartOffset + length == total)
        {
            answer.Last = answer.After.Next;
            answer.TermStarts = Timeline.StartsWithin(_terms, answer.After, answer.Last);
        }

        return true;
    }

    /// <summary>I4: the highest LSN of the own term that a majority of voters has durable.</summary>
    private void AdvanceLeaderCommit(long now)
    {
        if (!CanAppend)
            return;
        Lsn durable = new(MajorityOf(static member => member.Durable.Value, _flushed.Value));
        if (durable > _commit && durable >= _noOp)
        {
            Invariant.Check(durable <= _last && _terms.TermAt(durable) == _term, "I4: only records of the own term are counted");
            _commit = durable;
            _configurations.CommitAdvanced(_commit);
            _effects.Add(EffectKind.CommitAdvanced).Lsn = _commit;
            ConfirmReads();
        }

        WatchOwnDisk(now);
    }

    /// <summary>The highest value that a majority of voters has reached; <paramref name="own"/> is this replica's.</summary>
    private long MajorityOf(Func<MemberProgress, long> value, long own)
    {
        // Descending, by insertion: there are seven voters at most in practice.
        Span<long> values = stackalloc long[64];
        int count = 0;
        if (Configuration.IsVoter(_self, _incarnation))
            values[count++] = own;
        foreach (MemberProgress member in _members)
        {
            if (!member.IsVoter)
                continue;
            long one = value(member);
            int at = count++;
            while (at > 0 && values[at - 1] < one)
            {
                values[at] = values[at - 1];
                at--;
            }

            values[at] = one;
        }

        return values[Configuration.Majority - 1];
    }

    /// <summary>R6: the commit LSN must not run away from the leader's own disk.</summary>
    private void WatchOwnDisk(long now)
    {
        if (_flushed >= _commit)
        {
            _flushTarget = Lsn.None;
        }
        else if (_flushTarget.IsNone || _flushed >= _flushTarget)
        {
            _flushTarget = _commit;
            _flushBehindSince = now;
        }
    }

    private void TickLeader(long now)
    {
        bool diskBehind = !_flushTarget.IsNone && now - _flushBehindSince > _settings.FlushLagMicrosMax;
        if (diskBehind || now >= QuorumLostAt())
        {
            ResignLeadership(diskBehind ? LeadershipLoss.OwnDiskBehind : LeadershipLoss.QuorumLost, now);
            return;
        }

        if (_noOp.IsNone)
            return;
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
        long heard = Math.Max(_electedAt, MajorityOf(static member => member.Echo, long.MaxValue));
        return heard + _settings.ElectionTimeoutMicros;
    }

    private long NextLeaderTickAt()
    {
        long next = QuorumLostAt();
        if (!_flushTarget.IsNone)
            next = Math.Min(next, _flushBehindSince + _settings.FlushLagMicrosMax + 1);
        foreach (MemberProgress member in _members)
            next = Math.Min(next, member.HasPull ? AnswerDueAt(member) : member.SentAt + _settings.HeartbeatMicros);
        return next;
    }
}
