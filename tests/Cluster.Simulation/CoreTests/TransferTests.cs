using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class TransferTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_transfer_waits_until_the_target_has_everything_durable()
    {
        TestReplica leader = Heard().Append(2);
        Assert.Equal(TransferVerdict.Started, Transfer(leader, One));
        Assert.Empty(leader.Of(EffectKind.SendTimeoutNow));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(Two, leader.Ack(3), leader.Now));
        Assert.Empty(leader.Of(EffectKind.SendTimeoutNow));
        leader.Do(core => core.Receive(One, leader.Ack(3), leader.Now));
        Assert.Equal(One, leader.Last(EffectKind.SendTimeoutNow).To);
        Assert.Equal(leader.Core.Term, leader.Last(EffectKind.SendTimeoutNow).TimeoutNow.Term);
    }

    [Fact]
    public void Nothing_of_a_client_is_appended_while_leadership_is_handed_over()
    {
        TestReplica leader = Heard();
        Transfer(leader, One);
        Assert.False(leader.Core.CanAppend);
        Assert.True(leader.Core.IsLeading);
    }

    [Fact]
    public void Without_a_wish_the_most_caught_up_voter_is_chosen()
    {
        TestReplica leader = Heard().Append(2);
        leader.Do(core => core.Receive(Two, leader.Ack(3), leader.Now));
        Transfer(leader, null);
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        Assert.Equal(Two, leader.Last(EffectKind.SendTimeoutNow).To);
    }

    [Fact]
    public void What_is_not_committed_in_half_the_time_is_not_waited_for()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(5), 0).Lead();
        leader.AckAll(leader.StampTo(One));
        leader.Append(1);
        leader.Do(core => core.Receive(One, leader.Ack(2), leader.Now));
        Transfer(leader, One);
        Assert.Empty(leader.Of(EffectKind.SendTimeoutNow));
        leader.TickAfter(500_000);
        Assert.Single(leader.Of(EffectKind.SendTimeoutNow));
    }

    [Fact]
    public void A_transfer_that_takes_too_long_is_given_up_and_the_leader_goes_on()
    {
        TestReplica leader = Heard().Append(1);
        Transfer(leader, One);
        leader.AckAllBut(One);
        leader.TickAfter(400_000).AckAllBut(One, leader.StampTo(Two));
        leader.TickAfter(600_000);
        Assert.Single(leader.Of(EffectKind.TransferFailed));
        Assert.True(leader.Core.CanAppend);
    }

    [Fact]
    public void A_leader_that_leaves_resigns_if_nobody_takes_over_in_time()
    {
        TestReplica leader = Heard().Append(1);
        leader.Do(core => core.TransferLeadership(One, TransferReason.Leaving, leader.Now));
        leader.TickAfter(400_000).AckAllBut(One, leader.StampTo(Two));
        leader.TickAfter(600_000);
        Assert.Equal(LeadershipLoss.Resigned, leader.Last(EffectKind.RoleChanged).Loss);
        Assert.Equal(2, leader.Of(EffectKind.SendLeaderNotice).Count);
    }

    [Fact]
    public void A_transfer_ends_with_the_term_and_says_that_it_was_one()
    {
        TestReplica leader = Heard();
        Transfer(leader, One);
        long term = leader.Core.Term.Value;
        leader.Do(core => core.Receive(One, TestMessages.VoteRequest(term + 1, lastLsn: 1, lastTerm: term, transferFrom: term), leader.Now));
        Assert.Equal(LeadershipLoss.Transferred, leader.Last(EffectKind.RoleChanged).Loss);
        Assert.True(leader.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void Refusals_name_their_reason()
    {
        TestReplica leader = new TestReplica(Three, 0);
        Assert.Equal(TransferVerdict.NotLeader, Transfer(leader, One));
        leader.Lead();
        Assert.Equal(TransferVerdict.NobodyReachable, Transfer(leader, null));
        Assert.Equal(TransferVerdict.NotAVoter, Transfer(leader, TestReplica.Id(9)));
        Assert.Equal(TransferVerdict.NotAVoter, Transfer(leader, leader.Node));
        Assert.Equal(TransferVerdict.Started, Transfer(leader, One));
        Assert.Equal(TransferVerdict.UnderWay, Transfer(leader, Two));
    }

    [Fact]
    public void The_receiver_campaigns_at_once_without_a_question_and_marks_its_requests()
    {
        TestReplica target = Following();
        target.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(3) }, target.Now));
        VoteRequest request = target.Last(EffectKind.SendVoteRequest).VoteRequest;
        Assert.False(request.PreVote);
        Assert.Equal(new Term(4), request.Term);
        Assert.Equal(new Term(3), request.TransferFrom);
    }

    [Fact]
    public void A_later_campaign_of_the_receiver_is_not_marked()
    {
        TestReplica target = Following();
        target.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(3) }, target.Now));
        target.TickAfter(3 * TestReplica.ElectionTimeout);
        VoteRequest question = target.Last(EffectKind.SendVoteRequest).VoteRequest;
        Assert.True(question.PreVote);
        target.Do(core => core.Receive(Two, new VoteReply { PreVote = true, Term = new Term(4), Incarnation = 1, Round = question.Round, Granted = true }, target.Now));
        Assert.Equal(Term.None, target.Last(EffectKind.SendVoteRequest).VoteRequest.TransferFrom);
        Assert.Equal(new Term(5), target.Core.Term);
    }

    [Fact]
    public void TimeoutNow_of_an_older_term_or_of_one_that_does_not_lead_moves_nobody()
    {
        TestReplica target = Following();
        target.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(2) }, target.Now));
        Assert.Empty(target.Effects);
        target.Do(core => core.Receive(Two, new TimeoutNow { Term = new Term(3) }, target.Now));
        Assert.Empty(target.Of(EffectKind.SendVoteRequest));
    }

    [Fact]
    public void A_learner_that_is_told_to_campaign_does_not()
    {
        var configuration = new Configuration(Lsn.None, [new Member(TestReplica.Id(0), 1)], [new Member(One, 1)]);
        var learner = new TestReplica(configuration, 1);
        learner.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(3), learner.Now));
        learner.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(3) }, learner.Now));
        Assert.Empty(learner.Of(EffectKind.SendVoteRequest));
        Assert.Equal(new Term(3), learner.Core.Term);
    }

    [Fact]
    public void A_marked_request_is_honoured_only_while_the_voter_is_in_the_term_that_was_handed_over()
    {
        TestReplica voter = Following();
        voter.Do(core => core.Receive(Two, TestMessages.VoteRequest(4, transferFrom: 2), voter.Now));
        Assert.Empty(voter.Effects);
        voter.Do(core => core.Receive(Two, TestMessages.VoteRequest(5, transferFrom: 4), voter.Now));
        Assert.Empty(voter.Effects);
        voter.Do(core => core.Receive(Two, TestMessages.VoteRequest(4, transferFrom: 3), voter.Now));
        Assert.True(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        // Now its term is 4: the mark of 3 buys nothing any more.
        voter.Do(core => core.Receive(TestReplica.Id(0), TestMessages.VoteRequest(5, transferFrom: 3), voter.Now));
        Assert.Equal(new Term(4), voter.Core.Term);
    }

    [Fact]
    public void A_leader_that_handed_over_to_nobody_ignores_the_mark()
    {
        TestReplica leader = Heard();
        long term = leader.Core.Term.Value;
        leader.Do(core => core.Receive(One, TestMessages.VoteRequest(term + 1, lastLsn: 1, lastTerm: term, transferFrom: term), leader.Now));
        Assert.True(leader.Core.IsLeading);
    }

    [Fact]
    public void A_marked_question_is_treated_like_any_other()
    {
        TestReplica voter = Following();
        voter.Do(core => core.Receive(Two, TestMessages.VoteRequest(3, preVote: true, transferFrom: 3), voter.Now));
        Assert.False(voter.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_poisoned_leader_tells_the_best_voter_to_take_over()
    {
        TestReplica leader = Heard().Append(1);
        leader.Do(core => core.Receive(Two, leader.Ack(2), leader.Now));
        leader.Do(core => core.StorageFailed(leader.Now));
        Assert.Equal(Two, leader.Last(EffectKind.SendTimeoutNow).To);
        Assert.True(leader.Core.Stopped);
    }

    [Fact]
    public void A_leader_whose_disk_holds_back_too_many_committed_bytes_hands_over()
    {
        TestReplica leader = Heard().Append(1);
        leader.Do(core => core.FlushLag(257L << 20, leader.Now));
        Assert.True(leader.Core.CanAppend); // Nothing of it is committed: the others are behind too.
        leader.Do(core => core.Receive(One, leader.Ack(2), leader.Now));
        leader.Do(core => core.Receive(Two, leader.Ack(2), leader.Now));
        leader.Do(core => core.FlushLag(257L << 20, leader.Now));
        Assert.Single(leader.Of(EffectKind.SendTimeoutNow));
        leader.Do(core => core.Receive(One, new Ack { Term = leader.Core.Term.Next }, leader.Now));
        Assert.Equal(LeadershipLoss.OwnDiskBehind, leader.Last(EffectKind.RoleChanged).Loss);
    }

    private static TestReplica Heard()
    {
        TestReplica leader = new TestReplica(Three, 0).Lead();
        return leader.AckAll(leader.StampTo(One));
    }

    /// <summary>Replica 1, which has just heard replica 0 lead in term 3.</summary>
    private static TestReplica Following()
    {
        var replica = new TestReplica(Three, 1);
        replica.Now += 2 * TestReplica.ElectionTimeout;
        return replica.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(3), replica.Now));
    }

    private static TransferVerdict Transfer(TestReplica leader, Guid? target)
    {
        TransferVerdict verdict = default;
        leader.Do(core => verdict = core.TransferLeadership(target, TransferReason.Requested, leader.Now));
        return verdict;
    }
}
