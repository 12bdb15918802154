using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

/// <summary>
/// What the stores that this one learned from get wrong when they elect and when they count copies (docs/weak-points.md). Every test is named after the
/// failure that it would show.
/// </summary>
public sealed class AcknowledgementWeakPointTests
{
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);
    private static readonly Guid Stranger = TestReplica.Id(7);

    private static readonly WritePolicy[] Waiting = [WritePolicy.Quorum, WritePolicy.AckN(1), WritePolicy.AckN(2), WritePolicy.All, WritePolicy.Regions(2)];

    /// <summary>The commit LSN that a voter knows is old; what it holds may be committed by it and one that is dead now.</summary>
    [Fact]
    public void A_voter_that_has_not_heard_of_a_commit_elects_one_who_lacks_it()
    {
        var voter = new TestReplica(TestReplica.Voters(3), 1, TestReplica.Timeline((1, 1)), new Lsn(10), commit: new Lsn(4));
        voter.Now += TestReplica.ElectionTimeout;
        VoteReply question = Asked(voter, TestMessages.VoteRequest(1, lastLsn: 9, lastTerm: 1, preVote: true));
        Assert.False(question.Granted);
        VoteReply lacking = Asked(voter, TestMessages.VoteRequest(2, lastLsn: 9, lastTerm: 1));
        Assert.Equal((new Term(2), false), (lacking.Term, lacking.Granted));
        VoteReply whole = Asked(voter, TestMessages.VoteRequest(2, lastLsn: 10, lastTerm: 1));
        Assert.True(whole.Granted);
    }

    [Fact]
    public void A_leader_hands_on_and_counts_what_its_own_disk_has_refused()
    {
        TestReplica leader = Regional(new TestReplica(TestReplica.Voters(3), 0)).Lead().Append(1);
        leader.Do(core => core.Receive(One, leader.Pull(1, 1), leader.Now));
        PullAnswer read = leader.Last(EffectKind.AnswerWithRecords).PullAnswer;
        leader.Do(core => core.StorageFailed(leader.Now));
        // Not even what was being read from memory when the disk failed.
        Assert.False(leader.Core.TryCompleteAnswer(ref read, new Lsn(2)));
        leader.Do(core => core.Receive(Two, leader.Pull(1, 1), leader.Now));
        Assert.Empty(leader.Of(EffectKind.AnswerWithRecords));
        leader.AckAll();
        Assert.Equal(new Lsn(1), leader.Core.Commit);
        Assert.All(Waiting, policy => Assert.Equal(Lsn.None, leader.Core.ReachedBy(policy)));
    }

    [Theory]
    [InlineData("of a node that is no replica")]
    [InlineData("of another incarnation")]
    [InlineData("of an older term")]
    [InlineData("of a record of another term")]
    [InlineData("above the head")]
    public void An_acknowledgement_that_proves_nothing_answers_a_waiting_write(string which)
    {
        TestReplica leader = Regional(new TestReplica(TestReplica.Voters(3), 0, TestReplica.Timeline((1, 1)), new Lsn(3))).Lead().Append(1);
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        Lsn before = leader.Core.Commit;
        Ack proper = leader.Ack(leader.Core.Last.Value);
        Ack ack = which switch
        {
            "of another incarnation" => proper with { Incarnation = 2 },
            "of an older term" => proper with { Term = new Term(1) },
            "of a record of another term" => proper with { DurableTerm = new Term(1) },
            "above the head" => proper with { Durable = leader.Core.Last.Next },
            _ => proper,
        };
        Guid[] senders = which == "of a node that is no replica" ? [Stranger, TestReplica.Id(8)] : [One, Two];
        foreach (Guid sender in senders)
            leader.Do(core => core.Receive(sender, ack, leader.Now));
        Assert.All(Waiting, policy => Assert.Equal(before, leader.Core.ReachedBy(policy)));
        // Nobody who was never registered is kept in mind, or the log for it.
        Assert.Equal(2, leader.Core.MemberCount);
        Assert.Equal(before.Next, leader.Core.PinnedFrom);
        foreach (Guid sender in (Guid[])[One, Two])
            leader.Do(core => core.Receive(sender, proper, leader.Now));
        Assert.All(Waiting, policy => Assert.Equal(leader.Core.Last, leader.Core.ReachedBy(policy)));
    }

    [Fact]
    public void What_a_replica_has_received_and_shows_is_taken_for_durable()
    {
        TestReplica leader = Regional(new TestReplica(TestReplica.Voters(3), 0)).Lead().Append(4);
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        foreach (Guid sender in (Guid[])[One, Two])
            leader.Do(core => core.Receive(sender, leader.Pull(1, 5) with { Applied = new Lsn(5), Durable = new Lsn(2), DurableTerm = core.LastTerm }, leader.Now));
        Assert.All(Waiting, policy => Assert.Equal(new Lsn(2), leader.Core.ReachedBy(policy)));
    }

    [Fact]
    public void A_newcomer_counts_for_a_policy_before_it_holds_the_record()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(2), 0).LeadHeard();
        leader.Core.RegionsChanged(new Dictionary<Guid, int> { [leader.Node] = 0, [One] = 0, [Two] = 1 });
        leader.Do(core => core.AddReplica(Two, vote: true, leader.Now)).Append(1);
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(One, leader.Ack(core.Last.Value), leader.Now));
        Lsn record = leader.Core.Last;
        Assert.Equal(record, leader.Core.Commit);
        Assert.Equal((Lsn.None, Lsn.None), (leader.Core.ReachedBy(WritePolicy.Regions(2)), leader.Core.ReachedBy(WritePolicy.AckN(2))));
        Assert.True(leader.Core.PinnedFrom <= Lsn.First, "its first record may be released before it was there");
        // As a learner it counts for nothing, however much it holds.
        Member newcomer = Assert.Single(leader.Core.Configuration.Learners);
        leader.Do(core => core.Receive(Two, leader.Ack(1, incarnation: newcomer.Incarnation), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.MemberAt(1).Durable);
        Assert.Equal(Lsn.None, leader.Core.ReachedBy(WritePolicy.Regions(2)));
    }

    [Fact]
    public void A_new_leader_takes_for_granted_that_the_others_hold_what_it_holds()
    {
        TestReplica leader = Regional(new TestReplica(TestReplica.Voters(3), 0, TestReplica.Timeline((1, 1)), new Lsn(50), commit: new Lsn(20))).Elect();
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        Assert.Equal(new Lsn(20), leader.Core.Commit);
        Assert.Equal(Lsn.None, leader.Core.ReachedBy(WritePolicy.AckN(1)));
        Assert.Equal(Lsn.None, leader.Core.ReachedBy(WritePolicy.All));
        Assert.Equal(Lsn.None, leader.Core.ReachedBy(WritePolicy.Regions(2)));
        leader.Do(core => core.Receive(One, leader.Ack(51), leader.Now));
        Assert.Equal((new Lsn(51), new Lsn(51), Lsn.None), (leader.Core.Commit, leader.Core.ReachedBy(WritePolicy.AckN(1)), leader.Core.ReachedBy(WritePolicy.All)));
    }

    /// <summary>The leader in one region, the other two voters in a second one.</summary>
    private static TestReplica Regional(TestReplica replica)
    {
        replica.Core.RegionsChanged(new Dictionary<Guid, int> { [replica.Node] = 0, [One] = 1, [Two] = 1, [Stranger] = 1 });
        return replica;
    }

    /// <summary>A voter that has to save a new term first says nothing; asked again it does.</summary>
    private static VoteReply Asked(TestReplica voter, VoteRequest request)
    {
        voter.Do(core => core.Receive(Two, request, voter.Now));
        if (voter.Of(EffectKind.SendVoteReply).Count == 0)
            voter.Do(core => core.Receive(Two, request, voter.Now));
        return voter.Last(EffectKind.SendVoteReply).VoteReply;
    }
}
