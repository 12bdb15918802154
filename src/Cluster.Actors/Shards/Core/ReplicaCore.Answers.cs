using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Answering pulls (R4).
public sealed partial class ReplicaCore
{
    public void Receive(Guid from, in Pull pull, long now)
    {
        if (_stopped || from == _self)
            return;
        Unpark(now);
        if (pull.Term > _term)
            AdoptTerm(pull.Term, leader: null, now);
        if (!IsLeading)
            Refuse(from, in pull, PullOutcome.NotLeader);
        else if (MemberOf(from, pull.Incarnation) is not { } member)
            RefuseStranger(from, pull, now);
        else if (pull.Term < _term)
            SendNotice(member, now, resigned: false); // It learns the term, saves it, and pulls again.
        else
            TakePull(member, pull, now);
        Finish();
    }

    private void TakePull(MemberProgress member, in Pull pull, long now)
    {
        TakeAck(member, pull.Durable, pull.DurableTerm, pull.Applied, pull.Echo, now);
        // An ack may end the leadership (a transfer that takes too long, the own removal that is committed now).
        if (!IsLeading || !member.IsNewer(pull.Number))
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

    private void Refuse(Guid to, in Pull pull, PullOutcome outcome, long incarnation = 0)
    {
        if (!PromisesDurable)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.SendPullAnswer);
        effect.To = to;
        effect.PullAnswer = new PullAnswer
        {
            Number = pull.Number,
            Term = _term,
            // Without it the asker takes the answer for one to another pull (I5), whenever its log is not empty.
            After = pull.After,
            Outcome = outcome,
            Oldest = _first,
            Head = _last,
            LeaderHint = _leader,
            Incarnation = incarnation,
        };
    }

    /// <summary>
    /// Completes the answer of an AnswerWithRecords: the bytes read are the whole records through <paramref name="last"/>. False if the
    /// answer must not be sent any more (the replica no longer leads in that term).
    /// </summary>
    public bool TryCompleteAnswer(ref PullAnswer answer, Lsn last)
    {
        if (!IsLeading || answer.Term != _term)
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
        if (!IsLeading || answer.Term != _term)
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
}
