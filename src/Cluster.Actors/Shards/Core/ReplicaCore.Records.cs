using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// What a leader's answers do to the own log: records, parts of records, commit, cuts (R4, R8).
public sealed partial class ReplicaCore
{
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
    private Lsn _appendingDigestLsn;
    private ulong _appendingDigest;

    /// <summary>Answer to AppendRecords: all of them are in the log, through <paramref name="last"/>.</summary>
    /// <param name="last">As in the answer.</param>
    /// <param name="now">µs.</param>
    /// <param name="digest">The own log's digest at <paramref name="last"/>, compared with the leader's if that came along (R12).</param>
    public void RecordsAppended(Lsn last, long now, ulong? digest = null)
    {
        Invariant.Check(_appending && last == _appendingLast, "I5: exactly the records of the answer were appended");
        _appending = false;
        if (digest is { } own && _appendingDigestLsn == last && own != _appendingDigest)
        {
            _last = last; // Neither flushed for anybody nor acknowledged: this replica says nothing any more.
            foreach (TermStart start in _appendingStarts ?? [])
                _terms.Append(start.Term, start.First);
            DigestDiffers(last, own, _appendingDigest);
            return;
        }

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

    /// <summary>
    /// R12: the own log and the leader's have the same record positions and other bytes. Whoever is right, this replica stops, and must not
    /// be promoted: the owner marks it durably and starts it with <see cref="ReplicaStart.Diverged"/> from then on.
    /// </summary>
    public void DigestDiffers(Lsn lsn, ulong own, ulong leaders)
    {
        if (_stopped)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.Diverged);
        effect.Lsn = lsn;
        effect.Leader = _leader;
        effect.OwnDigest = own;
        effect.LeaderDigest = leaders;
        Become(RestingRole, leader: null);
        _appending = false;
        _stopped = true;
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
        _appendingDigestLsn = answer.DigestLsn;
        _appendingDigest = answer.Digest;
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
        _effects.Add(EffectKind.CommitAdvanced).Lsn = commit;
        TellCommittedConfiguration();
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
}
