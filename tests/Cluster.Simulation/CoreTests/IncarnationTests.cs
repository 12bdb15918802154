using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class IncarnationTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_replica_in_doubt_saves_that_before_it_says_anything()
    {
        TestReplica doubtful = Doubtful();
        Assert.Equal(-1, doubtful.Last(EffectKind.PersistState).State.Incarnation);
        Assert.Equal(ReplicaRole.Learner, doubtful.Core.Role);
        // A second start finds it saved: the doubt is not forgotten with a clean close.
        TestReplica again = new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5), state: new ReplicaState(new Term(1), null, -1));
        Assert.Equal(ReplicaRole.Learner, again.Core.Role);
    }

    [Fact]
    public void A_replica_in_doubt_neither_votes_nor_campaigns_nor_acknowledges()
    {
        TestReplica doubtful = Doubtful();
        doubtful.Now += 2 * TestReplica.ElectionTimeout;
        doubtful.Do(core => core.Receive(Two, TestMessages.VoteRequest(2, 9, 1), doubtful.Now));
        doubtful.Do(core => core.Receive(Two, TestMessages.VoteRequest(2, 9, 1), doubtful.Now));
        Assert.False(doubtful.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        Assert.True(doubtful.Last(EffectKind.SendVoteReply).VoteReply.Doubtful);
        doubtful.Do(core => core.Receive(Two, TestMessages.VoteRequest(2, 9, 1, preVote: true), doubtful.Now));
        Assert.False(doubtful.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        doubtful.TickAfter(10 * TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.Learner, doubtful.Core.Role);
        doubtful.Do(core => core.Receive(Two, TestMessages.Notice(2), doubtful.Now));
        Pull pull = doubtful.Last(EffectKind.SendPull).Pull;
        Assert.Equal(Lsn.None, pull.Durable);
        Assert.Equal(-1, pull.Incarnation);
    }

    [Fact]
    public void An_only_voter_goes_on_with_what_it_has()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0, TestReplica.Timeline((1, 1)), new Lsn(5), counts: false);
        Assert.True(replica.Core.CanAppend);
    }

    [Fact]
    public void An_only_voter_without_its_folder_does_not_start_as_an_empty_leader()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0, state: new ReplicaState(new Term(4), null, -1));
        replica.TickAfter(10 * TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.Learner, replica.Core.Role);
    }

    [Fact]
    public void A_voter_that_lost_its_data_becomes_a_learner_under_a_new_incarnation_and_is_promoted_again()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        leader.Do(core => core.Receive(One, leader.Pull(1, 0, incarnation: -1), leader.Now));
        Assert.Equal([TestReplica.Id(0), Two], leader.Core.Configuration.Voters.Select(v => v.Node));
        Assert.Equal(new Member(One, 2), Assert.Single(leader.Core.Configuration.Learners));
        Assert.True(leader.Core.Configuration.IsPromoting(One));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        // What it acknowledges under the old one counts no more.
        leader.Do(core => core.Receive(One, leader.Ack(2), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
        leader.Do(core => core.Receive(Two, leader.Ack(2), leader.Now));
        leader.Do(core => core.Receive(One, leader.Pull(2, 0, incarnation: -1), leader.Now));
        Assert.Equal(2, leader.Last(EffectKind.SendPullAnswer).PullAnswer.Incarnation);
        for (int i = 0; i < 2; i++)
            leader.Do(core => core.Receive(One, leader.Ack(2, incarnation: 2), leader.Now));
        Assert.True(leader.Core.Configuration.IsVoter(One, 2));
    }

    [Fact]
    public void An_incarnation_that_was_lost_is_not_given_out_a_second_time()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, leader.Pull(1, 0, incarnation: -1), leader.Now));
        Assert.Equal(0, leader.Last(EffectKind.SendPullAnswer).PullAnswer.Incarnation);
        Assert.Equal(3, leader.Core.Configuration.Voters.Length);
    }

    [Fact]
    public void A_new_incarnation_is_saved_before_it_is_used_and_keeps_term_and_vote()
    {
        TestReplica doubtful = Doubtful(new ReplicaState(new Term(2), Two, 1));
        doubtful.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(2), doubtful.Now));
        Pull pull = doubtful.Last(EffectKind.SendPull).Pull;
        doubtful.HoldSaves = true;
        var refusal = new PullAnswer { Number = pull.Number, Term = new Term(2), Outcome = PullOutcome.NotRegistered, After = pull.After, SentAt = 3, Incarnation = 4 };
        doubtful.Do(core => core.Receive(TestReplica.Id(0), refusal, doubtful.Now));
        Assert.Equal(new ReplicaState(new Term(2), Two, 4), doubtful.Last(EffectKind.PersistState).State);
        Assert.Empty(doubtful.Of(EffectKind.SendPull));
        doubtful.Release();
        Assert.Equal(4, doubtful.Last(EffectKind.SendPull).Pull.Incarnation);
        Assert.Equal(new Lsn(5), doubtful.Last(EffectKind.SendPull).Pull.Durable);
        Assert.Equal(ReplicaRole.Learner, doubtful.Core.Role);
    }

    [Fact]
    public void An_older_incarnation_is_not_taken()
    {
        TestReplica replica = new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5), state: new ReplicaState(new Term(1), null, 6));
        replica.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(1), replica.Now));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        var refusal = new PullAnswer { Number = pull.Number, Term = new Term(1), Outcome = PullOutcome.NotRegistered, After = pull.After, SentAt = 3, Incarnation = 5 };
        replica.Do(core => core.Receive(TestReplica.Id(0), refusal, replica.Now));
        Assert.Equal(6, replica.Core.Incarnation);
        Assert.Equal(BootstrapCause.NotRegistered, replica.Last(EffectKind.NeedsBootstrap).Cause);
    }

    [Fact]
    public void That_no_majority_without_doubt_is_left_is_said_once()
    {
        TestReplica doubtful = Doubtful();
        doubtful.TickAfter(3 * TestReplica.ElectionTimeout);
        VoteRequest question = doubtful.Last(EffectKind.SendVoteRequest).VoteRequest;
        Assert.True(question.PreVote);
        Assert.Empty(doubtful.Of(EffectKind.MajorityDoubtful));
        var reply = new VoteReply { PreVote = true, Term = new Term(1), Incarnation = -1, Round = question.Round, Doubtful = true };
        doubtful.Do(core => core.Receive(Two, reply, doubtful.Now));
        Assert.Single(doubtful.Of(EffectKind.MajorityDoubtful));
        doubtful.Do(core => core.Receive(Two, reply, doubtful.Now));
        Assert.Empty(doubtful.Of(EffectKind.MajorityDoubtful));
    }

    [Fact]
    public void A_candidate_learns_that_the_others_are_in_doubt()
    {
        var candidate = new TestReplica(Three, 0);
        candidate.TickAfter(3 * TestReplica.ElectionTimeout);
        VoteRequest question = candidate.Last(EffectKind.SendVoteRequest).VoteRequest;
        var reply = new VoteReply { PreVote = true, Incarnation = -1, Round = question.Round, Doubtful = true };
        candidate.Do(core => core.Receive(One, reply, candidate.Now));
        Assert.Empty(candidate.Of(EffectKind.MajorityDoubtful));
        candidate.Do(core => core.Receive(Two, reply, candidate.Now));
        Assert.Single(candidate.Of(EffectKind.MajorityDoubtful));
    }

    /// <summary>
    /// The limit of R9, which the simulator's accidents keep to: node 1 removed node 2 in a record that nobody else has, and node 0, the only
    /// other voter of that configuration, has lost its folder. The record may have been committed with it, so nobody may lead without it.
    /// </summary>
    [Fact]
    public void A_folder_lost_during_a_change_of_voters_is_not_made_up_for_by_the_voter_that_was_removed()
    {
        TermTable terms = TestReplica.Timeline((1, 1), (3, 13));
        var holder = new TestReplica(Three.Without(Two).At(new Lsn(20)), 1, terms, new Lsn(21), commit: new Lsn(13), state: new ReplicaState(new Term(4), null, 1));
        holder.TickAfter(3 * TestReplica.ElectionTimeout);
        VoteRequest question = holder.Last(EffectKind.SendVoteRequest).VoteRequest;
        var granted = new VoteReply { PreVote = true, Term = new Term(4), Incarnation = 1, Round = question.Round, Granted = true };
        var empty = new VoteReply { PreVote = true, Term = new Term(4), Incarnation = -1, Round = question.Round, Doubtful = true };
        holder.Do(core => core.Receive(Two, granted, holder.Now));
        holder.Do(core => core.Receive(TestReplica.Id(0), empty, holder.Now));
        Assert.Single(holder.Of(EffectKind.MajorityDoubtful)); // It stands still, but not in silence.
        Assert.Equal(ReplicaRole.PreCandidate, holder.Core.Role);
        holder.Do(core => core.Receive(Two, TestMessages.VoteRequest(5, 11, 1, preVote: true), holder.Now));
        Assert.False(holder.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    private static TestReplica Doubtful(ReplicaState? state = null) =>
        new(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5), state: state, counts: false);
}
