using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ParkingTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid Leader = TestReplica.Id(0);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_parked_shard_needs_no_timer_and_nobody_campaigns()
    {
        TestReplica leader = ParkedLeader();
        TestReplica follower = ParkedFollower();
        Assert.Equal((long.MaxValue, long.MaxValue), (leader.Core.NextTickAt, follower.Core.NextTickAt));
        leader.TickAfter(100 * TestReplica.ElectionTimeout);
        follower.TickAfter(100 * TestReplica.ElectionTimeout);
        Assert.Equal((ReplicaRole.Leader, ReplicaRole.Follower), (leader.Core.Role, follower.Core.Role));
        Assert.Empty(leader.Effects.Concat(follower.Effects));
    }

    [Fact]
    public void A_replica_with_anything_under_way_is_not_parked()
    {
        TestReplica leader = Polled().Append(1);
        Assert.False(leader.Core.CanPark);
        TestReplica reading = Polled();
        reading.Do(core => core.RequestRead(reading.Now));
        Assert.False(reading.Core.CanPark);
        Assert.False(new TestReplica(Three, 1).Core.CanPark);
        Assert.True(Polled().Core.CanPark);
    }

    [Fact]
    public void A_parked_replica_votes_for_nobody_however_long_ago_it_heard_its_leader()
    {
        TestReplica follower = ParkedFollower();
        follower.Now += 100 * TestReplica.ElectionTimeout;
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(9, 90, 8), follower.Now));
        Assert.Empty(follower.Effects);
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(8, 90, 8, preVote: true), follower.Now));
        Assert.False(follower.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        Assert.True(follower.Core.Parked);
    }

    [Fact]
    public void The_promise_after_unparking_counts_from_the_last_heartbeat_between_the_nodes()
    {
        TestReplica follower = ParkedFollower();
        follower.Now += 100 * TestReplica.ElectionTimeout;
        follower.Core.NodeContact(Leader, new Term(3), follower.Now - 600_000);
        follower.Do(core => core.Unpark(follower.Now));
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(9, 90, 8), follower.Now));
        Assert.Equal(new Term(3), follower.Core.Term);
        follower.Now += 400_000;
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(9, 90, 8), follower.Now));
        Assert.True(follower.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void A_leaders_node_that_fell_silent_is_replaced_without_a_further_wait()
    {
        TestReplica follower = ParkedFollower();
        follower.Now += 100 * TestReplica.ElectionTimeout;
        follower.Core.NodeContact(Leader, new Term(3), follower.Now - 2 * TestReplica.ElectionTimeout);
        follower.Do(core => core.Unpark(follower.Now));
        Assert.Equal(follower.Now, follower.Core.NextTickAt);
        follower.Do(core => core.Tick(follower.Now));
        Assert.Equal(ReplicaRole.PreCandidate, follower.Core.Role);
    }

    [Fact]
    public void A_heartbeat_of_another_term_or_node_is_no_contact()
    {
        TestReplica follower = ParkedFollower();
        follower.Now += 100 * TestReplica.ElectionTimeout;
        follower.Core.NodeContact(Leader, new Term(2), follower.Now);
        follower.Core.NodeContact(Two, new Term(3), follower.Now);
        follower.Do(core => core.Unpark(follower.Now));
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(9, 90, 8), follower.Now));
        Assert.True(follower.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void An_echo_of_the_node_heartbeat_renews_the_lease_of_a_parked_leader()
    {
        TestReplica leader = ParkedLeader();
        leader.Now += 100 * TestReplica.ElectionTimeout;
        leader.Do(core => core.NodeEcho(One, core.Term, leader.Now - 100, leader.Now));
        leader.Do(core => core.RequestRead(leader.Now));
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void An_echo_for_another_term_or_from_the_future_renews_nothing()
    {
        TestReplica leader = ParkedLeader();
        leader.Now += 100 * TestReplica.ElectionTimeout;
        leader.Do(core => core.NodeEcho(One, new Term(9), leader.Now, leader.Now));
        leader.Do(core => core.NodeEcho(One, core.Term, leader.Now + 1, leader.Now));
        leader.Do(core => core.RequestRead(leader.Now));
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void A_write_wakes_the_leader_which_answers_the_pulls_that_it_kept()
    {
        TestReplica leader = ParkedLeader();
        leader.Now += 100 * TestReplica.ElectionTimeout;
        leader.Append(1);
        Assert.False(leader.Core.Parked);
        Assert.Equal(2, leader.Of(EffectKind.AnswerWithRecords).Count);
        leader.Do(core => core.Tick(leader.Now));
        Assert.Equal(ReplicaRole.Leader, leader.Core.Role);
        leader.TickAfter(TestReplica.ElectionTimeout);
        Assert.NotEqual(ReplicaRole.Leader, leader.Core.Role);
    }

    [Fact]
    public void The_answer_to_the_pull_that_was_kept_wakes_the_follower_and_is_used()
    {
        TestReplica follower = ParkedFollower(out Pull pull);
        follower.Now += 100 * TestReplica.ElectionTimeout;
        var answer = new PullAnswer { Number = pull.Number, Term = new Term(3), After = pull.After, Last = new Lsn(6), SentAt = 9 };
        follower.Do(core => core.Receive(Leader, answer, follower.Now));
        Assert.Single(follower.Of(EffectKind.AppendRecords));
        Assert.False(follower.Core.Parked);
        follower.Do(core => core.Tick(follower.Now));
        Assert.Equal(ReplicaRole.Follower, follower.Core.Role);
    }

    private static TestReplica Polled()
    {
        TestReplica leader = new TestReplica(Three, 0, settings: new ReplicaSettings { Reads = ReadMode.Lease }).Lead();
        foreach (Guid member in (Guid[])[One, Two])
            leader.Do(core => core.Receive(member, leader.Pull(1, 1) with { Applied = new Lsn(1), Durable = new Lsn(1), DurableTerm = core.Term }, leader.Now));
        return leader;
    }

    private static TestReplica ParkedLeader()
    {
        TestReplica leader = Polled();
        leader.Core.Park();
        return leader;
    }

    private static TestReplica ParkedFollower() => ParkedFollower(out _);

    private static TestReplica ParkedFollower(out Pull pull)
    {
        var follower = new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5), new Lsn(5));
        follower.Now += 2 * TestReplica.ElectionTimeout;
        follower.Do(core => core.Receive(Leader, TestMessages.Notice(3), follower.Now));
        pull = follower.Last(EffectKind.SendPull).Pull;
        follower.Core.Park();
        return follower;
    }
}
