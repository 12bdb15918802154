using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class SuspicionTests
{
    private const long Timeout = TestReplica.ElectionTimeout;
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid Leader = TestReplica.Id(0);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_closed_connection_ends_the_wait_for_the_random_part_of_the_timeout_only()
    {
        TestReplica follower = Following(1);
        long heard = follower.Now;
        follower.Now += 10_000;
        follower.Do(core => core.LinkBroken(Leader, follower.Now));
        Assert.InRange(follower.Core.NextTickAt, heard + 1, heard + Timeout + Timeout / 8);
        follower.Now = heard + Timeout - 1;
        follower.Do(core => core.Tick(follower.Now));
        Assert.Empty(follower.Of(EffectKind.SendVoteRequest));
        follower.Now = heard + Timeout + Timeout / 8;
        follower.Do(core => core.Tick(follower.Now));
        Assert.True(follower.Last(EffectKind.SendVoteRequest).VoteRequest.PreVote);
    }

    [Fact]
    public void A_closed_connection_releases_no_voter_from_its_promise()
    {
        TestReplica follower = Following(1);
        follower.Do(core => core.LinkBroken(Leader, follower.Now));
        follower.Now += Timeout - 1;
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(3, preVote: true), follower.Now));
        Assert.False(follower.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(4), follower.Now));
        Assert.Equal(new Term(3), follower.Core.Term);
    }

    [Fact]
    public void A_leader_that_is_heard_again_is_not_suspected_any_more()
    {
        TestReplica follower = Following(1);
        follower.Do(core => core.LinkBroken(Leader, follower.Now));
        follower.Now += Timeout / 2;
        follower.Do(core => core.Receive(Leader, TestMessages.Notice(3, 2), follower.Now));
        follower.TickAfter(Timeout - 1);
        Assert.Equal(ReplicaRole.Follower, follower.Core.Role);
    }

    [Fact]
    public void The_connection_of_another_than_the_leader_changes_nothing()
    {
        TestReplica follower = Following(1);
        long due = follower.Core.NextTickAt;
        follower.Do(core => core.LinkBroken(Two, follower.Now));
        Assert.Equal(due, follower.Core.NextTickAt);
    }

    [Fact]
    public void Of_two_that_ask_at_the_same_time_one_lets_its_round_go()
    {
        TestReplica lower = Asking(1), higher = Asking(2);
        VoteRequest ofLower = lower.Last(EffectKind.SendVoteRequest).VoteRequest, ofHigher = higher.Last(EffectKind.SendVoteRequest).VoteRequest;
        lower.Do(core => core.Receive(Two, ofHigher, lower.Now));
        higher.Do(core => core.Receive(One, ofLower, higher.Now));
        VoteReply toHigher = lower.Last(EffectKind.SendVoteReply).VoteReply, toLower = higher.Last(EffectKind.SendVoteReply).VoteReply;
        lower.Do(core => core.Receive(Two, toLower, lower.Now));
        higher.Do(core => core.Receive(One, toHigher, higher.Now));
        Assert.Equal((new Term(3), new Term(4)), (lower.Core.Term, higher.Core.Term));
    }

    [Fact]
    public void A_candidate_that_never_gets_anywhere_holds_up_the_others_once_only()
    {
        TestReplica follower = Following(1);
        follower.Now += 2 * Timeout;
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(3, preVote: true), follower.Now));
        Assert.True(follower.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        follower.TickAfter(Timeout / 8 - 1);
        Assert.Equal(ReplicaRole.Follower, follower.Core.Role);
        follower.Do(core => core.Receive(Two, TestMessages.VoteRequest(3, preVote: true), follower.Now));
        follower.TickAfter(Timeout / 8 + 1);
        Assert.Equal(ReplicaRole.PreCandidate, follower.Core.Role);
    }

    private static TestReplica Asking(int index)
    {
        TestReplica replica = Following(index);
        replica.TickAfter(2 * Timeout);
        Assert.Equal(ReplicaRole.PreCandidate, replica.Core.Role);
        return replica;
    }

    /// <summary>It has just heard the leader of term 3; its pull is long without an answer.</summary>
    private static TestReplica Following(int index)
    {
        var replica = new TestReplica(Three, index);
        replica.Now += 10 * Timeout;
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(3), replica.Now));
        return replica;
    }
}
