using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ClockTests
{
    private static readonly Guid One = TestReplica.Id(1);

    [Fact]
    public void A_leader_whose_wall_clock_is_wrong_hands_over()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).LeadHeard();
        leader.Do(core => core.ClockJudged(wrong: false, leader.Now));
        Assert.True(leader.Core.CanAppend);
        leader.Do(core => core.ClockJudged(wrong: true, leader.Now));
        Assert.False(leader.Core.CanAppend);
        Assert.Single(leader.Of(EffectKind.SendTimeoutNow));
    }

    [Fact]
    public void A_leader_whose_wall_clock_is_wrong_goes_on_if_nobody_takes_over_and_asks_again_later()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).LeadHeard();
        leader.Do(core => core.ClockJudged(wrong: true, leader.Now));
        Pass(leader, tenths: 11);
        Assert.True(leader.Core.CanAppend);
        leader.Do(core => core.ClockJudged(wrong: true, leader.Now));
        Assert.True(leader.Core.CanAppend);
        Pass(leader, tenths: 100);
        leader.Do(core => core.ClockJudged(wrong: true, leader.Now));
        Assert.False(leader.Core.CanAppend);
    }

    [Fact]
    public void A_leader_that_nobody_can_replace_goes_on_with_a_wrong_clock()
    {
        var only = new TestReplica(TestReplica.Voters(1), 0);
        only.Do(core => core.ClockJudged(wrong: true, only.Now));
        Assert.True(only.Core.CanAppend);
    }

    [Fact]
    public void A_replica_with_a_wrong_clock_lets_the_others_campaign_first_but_campaigns()
    {
        var replica = new TestReplica(TestReplica.Voters(3), 1);
        replica.Do(core => core.ClockJudged(wrong: true, replica.Now));
        replica.Now += TestReplica.ElectionTimeout;
        replica.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(1), replica.Now));
        replica.TickAfter(2 * TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.Follower, replica.Core.Role);
        replica.TickAfter(2 * TestReplica.ElectionTimeout);
        Assert.Equal(ReplicaRole.PreCandidate, replica.Core.Role);
    }

    [Fact]
    public void Leadership_is_not_taken_over_by_a_replica_with_a_wrong_clock()
    {
        var replica = new TestReplica(TestReplica.Voters(3), 1);
        replica.Now += TestReplica.ElectionTimeout;
        replica.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(1), replica.Now));
        replica.Do(core => core.ClockJudged(wrong: true, replica.Now));
        replica.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(1) }, replica.Now));
        Assert.Equal(ReplicaRole.Follower, replica.Core.Role);
        replica.Do(core => core.ClockJudged(wrong: false, replica.Now));
        replica.Do(core => core.Receive(TestReplica.Id(0), new TimeoutNow { Term = new Term(1) }, replica.Now));
        Assert.Equal(ReplicaRole.Candidate, replica.Core.Role);
    }

    private static void Pass(TestReplica leader, int tenths)
    {
        for (int i = 0; i < tenths; i++)
        {
            leader.TickAfter(TestReplica.ElectionTimeout / 10);
            leader.AckAll(leader.StampTo(One));
        }
    }
}
