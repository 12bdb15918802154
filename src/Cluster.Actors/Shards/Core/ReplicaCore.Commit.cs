using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Acks (R5), the commit LSN, and how far it may pass the own disk (R6).
public sealed partial class ReplicaCore
{
    /// <summary>
    /// The own disk is behind the commit LSN: since when it has not reached the target; none: it is not.
    /// </summary>
    private Lsn _flushTarget;
    private long _flushBehindSince;

    public void Receive(Guid from, in Ack ack, long now)
    {
        if (_stopped || from == _self)
            return;
        Unpark(now);
        if (ack.Term > _term)
            AdoptTerm(ack.Term, leader: null, now);
        else if (ack.Term == _term && IsLeading && MemberOf(from, ack.Incarnation) is { } member)
            TakeAck(member, ack.Durable, ack.DurableTerm, ack.Applied, ack.Echo, now);
        Finish();
    }

    /// <summary>
    /// R6. <paramref name="unflushed"/>: bytes of records that were appended here and are not durable yet, counted by the owner whenever the
    /// commit LSN advances and at every tick. It matters only while committed records are among them; that uncommitted ones are counted
    /// too makes it at most as much too high as the overlay allows.
    /// </summary>
    public void FlushLag(long unflushed, long now)
    {
        if (_stopped || !IsLeading || unflushed <= _settings.FlushLagBytesMax || _flushed >= _commit)
            return;
        HandOver(TransferReason.OwnDiskBehind, now);
        AdvanceTransfer(now);
        Finish();
    }

    private void TakeAck(MemberProgress member, Lsn durable, Term durableTerm, Lsn applied, long echo, long now)
    {
        if (echo > member.Echo && echo <= _lastStamp)
            (member.Echo, member.EchoReceivedAt) = (echo, now);
        if (applied > member.Applied && applied <= _last)
            member.Applied = applied;
        // Never beyond the head, and only what is on this branch; a repeated or late one changes nothing.
        if (durable > member.Durable && durable <= _last && _terms.TermAt(durable) == durableTerm)
        {
            member.Durable = durable;
            ProgressVersion++;
            AdvanceLeaderCommit(now);
        }

        NoteCatchUp(member, now);
        ConfirmReads(now);
        AdvanceTransfer(now);
    }

    /// <summary>I4: the highest LSN of the own term that a majority of voters has durable.</summary>
    private void AdvanceLeaderCommit(long now)
    {
        if (!IsLeading)
            return;
        Lsn durable = new(MajorityOf(static member => member.Durable.Value, _flushed.Value));
        if (durable > _commit && (durable >= _noOp || _settings.Planted == PlantedBug.CountOlderTerm))
        {
            Invariant.Check(durable <= _last && (durable >= _noOp || _settings.Planted == PlantedBug.CountOlderTerm) && (_terms.TermAt(durable) == _term || _settings.Planted == PlantedBug.CountOlderTerm), "I4: only records of the own term are counted");
            _commit = durable;
            ProgressVersion++;
            _effects.Add(EffectKind.CommitAdvanced).Lsn = _commit;
            TellCommittedConfiguration();
            StepDownIfRemoved(now);
            TryNextChange(now);
            ConfirmReads(now);
            AdvanceTransfer(now);
        }

        WatchOwnDisk(now);
    }

    /// <summary>The highest value that a majority of voters has reached; <paramref name="own"/> is this replica's.</summary>
    private long MajorityOf(Func<MemberProgress, long> value, long own)
    {
        Span<long> values = stackalloc long[64];
        int count = 0;
        if (Configuration.IsVoter(_self, _incarnation))
            values[count++] = own;
        foreach (MemberProgress member in _members)
        {
            if (!member.IsVoter)
                continue;
            Insert(values, count++, value(member));
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
}
