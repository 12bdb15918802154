using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ElectionTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);

    [Fact]
    public void A_single_voter_leads_at_once()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0);
        Assert.True(replica.Core.CanAppend);
        Assert.Equal(new Term(1), replica.Core.Term);
    }

    [Fact]
    public void A_single_voter_does_not_lead_before_its_vote_is_durable()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0, state: new ReplicaState(new Term(4), null, 1));
        Assert.Equal([EffectKind.RoleChanged, EffectKind.PersistState, EffectKind.AppendNoOp, EffectKind.RoleChanged], replica.Effects.Select(e => e.Kind));
        Assert.Equal(new Term(5), replica.Core.Term);
    }

    [Fact]
    public void No_vote_leaves_before_it_is_durable()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1));
        voter.HoldSaves = true;
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(1), voter.Now));
        Assert.Empty(voter.Of(EffectKind.SendVoteReply));
        voter.Release();
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void One_term_gets_one_vote_only()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1));
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(1), voter.Now));
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(1), voter.Now));
        Assert.False(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(1), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_vote_survives_a_restart()
    {
        var state = new ReplicaState(new Term(1), TestReplica.Id(0), 1);
        TestReplica voter = Rested(new TestReplica(Three, 1, state: state));
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(1), voter.Now));
        Assert.False(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_longer_log_of_an_older_term_gets_no_vote()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1, TestReplica.Timeline((1, 1), (2, 5)), new Lsn(5)));
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(3, lastLsn: 9, lastTerm: 1), voter.Now));
        Assert.Empty(voter.Of(EffectKind.SendVoteReply));
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(3, lastLsn: 9, lastTerm: 1), voter.Now));
        Assert.False(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(3, lastLsn: 5, lastTerm: 2), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_replica_that_just_started_votes_for_nobody()
    {
        var voter = new TestReplica(Three, 1);
        voter.Now += TestReplica.ElectionTimeout - 1;
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(1), voter.Now));
        Assert.Empty(voter.Effects);
        voter.Do(core => core.Receive(TestReplica.Id(0), Request(0, preVote: true), voter.Now));
        Assert.False(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        Assert.Equal(Term.None, voter.Core.Term);
    }

    [Fact]
    public void A_replica_that_hears_a_leader_helps_nobody_to_depose_it()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1));
        voter.Do(core => core.Receive(TestReplica.Id(0), new LeaderNotice { Term = new Term(1), SentAt = 1 }, voter.Now));
        voter.Now += TestReplica.ElectionTimeout - 1;
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(2), voter.Now));
        Assert.Equal(new Term(1), voter.Core.Term);
        voter.Now += 1;
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(2), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_leader_that_says_good_bye_is_not_waited_for()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1));
        voter.Do(core => core.Receive(TestReplica.Id(0), new LeaderNotice { Term = new Term(1), SentAt = 1 }, voter.Now));
        voter.Do(core => core.Receive(TestReplica.Id(0), new LeaderNotice { Term = new Term(1), SentAt = 2, Resigned = true }, voter.Now));
        Assert.True(voter.Core.NextTickAt <= voter.Now + TestReplica.ElectionTimeout / 8);
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(2), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_leader_that_was_restarted_is_not_waited_for()
    {
        TestReplica voter = Rested(new TestReplica(Three, 1));
        voter.Do(core => core.Receive(TestReplica.Id(0), new LeaderNotice { Term = new Term(1), SentAt = 1 }, voter.Now));
        Pull pull = voter.Last(EffectKind.SendPull).Pull;
        var refusal = new PullAnswer { Number = pull.Number, Term = new Term(1), Outcome = PullOutcome.NotLeader };
        voter.Do(core => core.Receive(TestReplica.Id(0), refusal, voter.Now));
        Assert.Null(voter.Core.Leader);
        voter.Do(core => core.Receive(TestReplica.Id(2), Request(2), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_question_changes_no_term()
    {
        TestReplica candidate = Rested(new TestReplica(Three, 0));
        candidate.TickAfter(TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.PreCandidate, candidate.Core.Role);
        Assert.Equal(Term.None, candidate.Core.Term);
        Assert.Empty(candidate.Of(EffectKind.PersistState));
    }

    [Fact]
    public void Votes_of_another_round_or_incarnation_or_of_strangers_do_not_count()
    {
        TestReplica candidate = Rested(new TestReplica(Three, 0));
        candidate.TickAfter(2 * TestReplica.ElectionTimeout);
        VoteRequest question = candidate.Last(EffectKind.SendVoteRequest).VoteRequest;
        var reply = new VoteReply { PreVote = true, Term = question.Term, Incarnation = 1, Round = question.Round, Granted = true };
        candidate.Do(core => core.Receive(TestReplica.Id(1), reply with { Round = question.Round - 1 }, candidate.Now));
        candidate.Do(core => core.Receive(TestReplica.Id(1), reply with { Incarnation = 2 }, candidate.Now));
        candidate.Do(core => core.Receive(TestReplica.Id(9), reply, candidate.Now));
        Assert.Equal(ReplicaRole.PreCandidate, candidate.Core.Role);
        candidate.Do(core => core.Receive(TestReplica.Id(1), reply, candidate.Now));
        Assert.Equal(ReplicaRole.Candidate, candidate.Core.Role);
    }

    [Fact]
    public void A_learner_never_campaigns()
    {
        var learner = new TestReplica(new Configuration(Lsn.None, [new Member(TestReplica.Id(0), 1)], [new Member(TestReplica.Id(1), 1)]), 1);
        learner.TickAfter(10 * TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.Learner, learner.Core.Role);
        Assert.Empty(learner.Of(EffectKind.SendVoteRequest));
    }

    [Fact]
    public void A_voter_in_another_incarnation_is_a_learner()
    {
        var returned = new TestReplica(Three, 1, state: new ReplicaState(Term.None, null, 2));
        Assert.Equal(ReplicaRole.Learner, returned.Core.Role);
    }

    [Fact]
    public void A_leader_whose_messages_do_not_return_steps_down_although_pulls_arrive()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        for (int i = 1; i <= 11; i++)
        {
            leader.Now += TestReplica.ElectionTimeout / 10;
            var pull = new Pull { Number = i, Term = leader.Core.Term, Incarnation = 1, Echo = 0 };
            leader.Do(core => core.Receive(TestReplica.Id(1), pull, leader.Now));
            leader.Do(core => core.Tick(leader.Now));
        }

        Assert.NotEqual(ReplicaRole.Leader, leader.Core.Role);
    }

    [Fact]
    public void A_forgotten_candidate_with_a_higher_term_ends_the_disagreement()
    {
        TestReplica stuck = Rested(new TestReplica(Three, 2, state: new ReplicaState(new Term(7), TestReplica.Id(2), 1)));
        stuck.Do(core => core.Receive(TestReplica.Id(0), new LeaderNotice { Term = new Term(6), SentAt = 1 }, stuck.Now));
        Ack told = stuck.Last(EffectKind.SendAck).Ack;
        TestReplica leader = new TestReplica(Three, 0, state: new ReplicaState(new Term(5), null, 1)).Elect();
        leader.Do(core => core.Receive(TestReplica.Id(2), told, leader.Now));
        Assert.Equal(new Term(7), leader.Core.Term);
        Assert.Equal(LeadershipLoss.HigherTerm, leader.Last(EffectKind.RoleChanged).Loss);
    }

    private static TestReplica Rested(TestReplica replica)
    {
        replica.Now += TestReplica.ElectionTimeout;
        return replica;
    }

    private static VoteRequest Request(long term, long lastLsn = 0, long lastTerm = 0, bool preVote = false) => new()
    {
        PreVote = preVote,
        Term = new Term(term),
        Incarnation = 1,
        Round = 1,
        LastLsn = new Lsn(lastLsn),
        LastTerm = new Term(lastTerm),
    };
}
