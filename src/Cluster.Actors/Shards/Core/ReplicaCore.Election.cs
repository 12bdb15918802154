using System.Numerics;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Elections (R2): a question first (pre-vote), then a vote that is durable before it is told.
public sealed partial class ReplicaCore
{
    /// <summary>When this replica campaigns unless it hears a leader before.</summary>
    private long _electionAt;

    /// <summary>When the leader of the current term was last heard, µs; MinValue: not at all, or it has resigned.</summary>
    private long _heardLeaderAt = long.MinValue;

    /// <summary>Tells the replies to this round of questions from those to an earlier one.</summary>
    private long _voteRound;

    /// <summary>Who said yes: bits of positions among the voters of the newest configuration.</summary>
    private ulong _votes;

    /// <summary>Who gets the vote told once it is durable.</summary>
    private Guid? _heldVote;

    private long _heldVoteRound;

    private long ElectionDelay() =>
        (_clockIsWrong ? ClockCampaignTimeouts : 1) * _settings.ElectionTimeoutMicros + _random.Between(0, _settings.ElectionTimeoutMicros / 2);

    /// <summary>Could be elected as far as its own data is concerned.</summary>
    private bool MayStand =>
        !InFlux && Configuration.IsVoter(_self, _incarnation);

    private bool MayCampaign => MayStand && PromisesDurable;

    /// <summary>
    /// Within the minimum election timeout after hearing a leader, or after its own start, a replica helps nobody to depose one: it may
    /// have forgotten that it heard it (R2). A leader hears itself; check-quorum ends that.
    /// </summary>
    private bool IsSticky(long now)
    {
        if (_role == ReplicaRole.Leader || _parked)
            return true;
        if (Configuration.Majority == 1)
            return false;
        return now - _startedAt < _settings.ElectionTimeoutMicros
            || (_heardLeaderAt != long.MinValue && now - _heardLeaderAt < _settings.ElectionTimeoutMicros);
    }

    public void Receive(Guid from, in VoteRequest request, long now)
    {
        if (_stopped || from == _self)
            return;
        bool transfer = IsTransfer(request);
        if (request.Term > _term && !request.PreVote)
        {
            // Not even the term is taken over: a replica that a leader still serves must not disturb it.
            if (IsSticky(now) && !transfer)
                return;
            AdoptTerm(request.Term, leader: null, now);
        }

        if (request.PreVote)
            AnswerPreVote(from, request, now);
        else if (request.Term == _term && MayVoteFor(from, request, now, transfer))
            Vote(from, request.Round, now);
        else
            Reply(from, request.PreVote, request.Round, granted: false);
        Finish();
    }

    public void Receive(Guid from, in VoteReply reply, long now)
    {
        if (_stopped || from == _self)
            return;
        NoteDoubt(from, reply.Doubtful);
        if (reply.Term > _term)
        {
            AdoptTerm(reply.Term, leader: null, now);
            Finish();
            return;
        }

        bool counts = reply.Granted && reply.Round == _voteRound && Configuration.IsVoter(from, reply.Incarnation);
        if (counts && reply.PreVote && _role == ReplicaRole.PreCandidate)
        {
            if (CountVote(from) && MayCampaign)
                StartElection(now);
        }
        else if (counts && !reply.PreVote && _role == ReplicaRole.Candidate && reply.Term == _term)
        {
            if (CountVote(from))
                Win(now);
        }

        Finish();
    }

    private void AnswerPreVote(Guid from, in VoteRequest request, long now)
    {
        bool granted = request.Term >= _term && _incarnation > 0 && !InFlux && !IsSticky(now) && IsUpToDate(request);
        Reply(from, preVote: true, request.Round, granted);
        if (granted)
            StandBackFor(from, now);
    }

    private bool MayVoteFor(Guid candidate, in VoteRequest request, long now, bool transfer)
    {
        if (_incarnation <= 0 || InFlux || _role is ReplicaRole.Leader or ReplicaRole.Candidate)
            return false;
        if (_vote is not null && _vote != candidate)
            return false;
        return (transfer || _vote == candidate || !IsSticky(now)) && IsUpToDate(request);
    }

    /// <summary>Last term first, last LSN second: never the LSN alone, and never a watermark (replication rule 2.2).</summary>
    private bool IsUpToDate(in VoteRequest request)
    {
        if (_settings.Planted == PlantedBug.VoteByLsnAlone)
            return request.LastLsn >= _last;
        if (_settings.Planted == PlantedBug.VoteByWatermark)
            return request.LastLsn >= _commit;
        return request.LastTerm > LastTerm || (request.LastTerm == LastTerm && request.LastLsn >= _last);
    }

    private void Vote(Guid candidate, long round, long now)
    {
        _vote = candidate;
        _electionAt = now + ElectionDelay();
        if (_role == ReplicaRole.PreCandidate)
            Become(RestingRole, leader: null);
        _heldVote = candidate;
        _heldVoteRound = round;
        if (PromisesDurable || _settings.Planted == PlantedBug.UnpersistedVote)
            AnswerHeldVote();
    }

    private void AnswerHeldVote()
    {
        if (_heldVote is not { } candidate || _vote != candidate)
            return;
        _heldVote = null;
        Reply(candidate, preVote: false, _heldVoteRound, granted: true);
    }

    private void Reply(Guid to, bool preVote, long round, bool granted)
    {
        if (!PromisesDurable && _settings.Planted != PlantedBug.UnpersistedVote)
            return;
        ref Effect effect = ref _effects.Add(EffectKind.SendVoteReply);
        effect.To = to;
        effect.VoteReply = new VoteReply
        {
            PreVote = preVote,
            Term = _term,
            Incarnation = _incarnation,
            Round = round,
            Granted = granted,
            Doubtful = _incarnation < 0,
        };
    }

    /// <summary>Nothing was heard for a whole timeout, or the last attempt failed.</summary>
    private void Campaign(long now)
    {
        if (!MayCampaign)
        {
            _electionAt = now + ElectionDelay();
            return;
        }

        if (Configuration.Majority == 1)
        {
            StartElection(now);
            return;
        }

        // A question costs nobody anything, so it is repeated soon: others may still be waiting for the leader that this one misses.
        _electionAt = now + _random.Between(_settings.ElectionTimeoutMicros / 8, _settings.ElectionTimeoutMicros / 4);
        ForgetLeaderContact();
        Become(ReplicaRole.PreCandidate, leader: null);
        AskForVotes(preVote: true);
    }

    /// <param name="now">µs.</param>
    /// <param name="transferFrom">The term whose leader handed over to this replica; none: a plain election.</param>
    private void StartElection(long now, Term transferFrom = default)
    {
        _transferFrom = transferFrom;
        _term = _term.Next;
        _vote = _self;
        _heldVote = null;
        ForgetLeaderContact();
        _electionAt = now + _random.Between(_settings.ElectionTimeoutMicros / 2, _settings.ElectionTimeoutMicros);
        Become(ReplicaRole.Candidate, leader: null);
        // The rest follows when the own vote is durable: ContinueElection.
    }

    private void ContinueElection(long now)
    {
        if (_role != ReplicaRole.Candidate || _vote != _self)
            return;
        if (Configuration.Majority == 1)
            Win(now);
        else
            AskForVotes(preVote: false);
    }

    private void AskForVotes(bool preVote)
    {
        _voteRound++;
        _votes = 0;
        CountVote(_self);
        foreach (Member voter in Configuration.Voters)
        {
            if (voter.Node == _self)
                continue;
            ref Effect effect = ref _effects.Add(EffectKind.SendVoteRequest);
            effect.To = voter.Node;
            effect.VoteRequest = new VoteRequest
            {
                PreVote = preVote,
                Term = _term,
                Incarnation = _incarnation,
                LastLsn = _last,
                LastTerm = LastTerm,
                Round = _voteRound,
                TransferFrom = preVote ? Term.None : _transferFrom,
            };
        }
    }

    /// <summary>True when the voters that said yes are a majority.</summary>
    private bool CountVote(Guid voter)
    {
        for (int i = 0; i < Configuration.Voters.Length; i++)
        {
            if (Configuration.Voters[i].Node == voter)
                _votes |= 1UL << i;
        }

        return BitOperations.PopCount(_votes) >= Configuration.Majority;
    }
}
