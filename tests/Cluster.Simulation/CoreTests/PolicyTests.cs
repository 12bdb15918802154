using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class PolicyTests
{
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    /// <summary>Voters 0..n-1: own flush, then acks of the others, what each policy has reached. The no-op is 1, records 2..10 follow.</summary>
    [Theory]
    [InlineData(3, 10, "10 1", "local 10 ack1 10 ack2 1 quorum 10 all 1")]
    [InlineData(3, 5, "10 1", "local 5 ack1 5 ack2 1 quorum 5 all 1")]
    [InlineData(3, 1, "10 10", "local 1 ack1 1 ack2 1 quorum 10 all 1")]
    [InlineData(5, 10, "10 1 1 1", "local 10 ack1 10 ack2 1 quorum 1 all 1")]
    [InlineData(5, 10, "10 9 8 7", "local 10 ack1 10 ack2 9 quorum 9 all 7")]
    [InlineData(2, 3, "10", "local 3 ack1 3 quorum 3 all 3")]
    public void Each_policy_reaches_what_its_copies_hold(int voters, long flushed, string acks, string expected)
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(voters), 0).Lead().Append(9);
        leader.Do(core => core.FlushedThrough(new Lsn(flushed), leader.Now));
        string[] durable = acks.Split(' ');
        for (int i = 0; i < durable.Length; i++)
            leader.Do(core => core.Receive(TestReplica.Id(i + 1), leader.Ack(long.Parse(durable[i])), leader.Now));
        string[] words = expected.Split(' ');
        for (int i = 0; i < words.Length; i += 2)
            Assert.Equal((words[i], long.Parse(words[i + 1])), (words[i], leader.Core.ReachedBy(Parse(words[i])).Value));
    }

    [Fact]
    public void A_region_counts_once_and_the_leaders_own_only_when_it_has_flushed()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(5), 0).Lead().Append(9);
        leader.Core.RegionsChanged(new Dictionary<Guid, int> { [leader.Node] = 0, [One] = 0, [Two] = 1, [TestReplica.Id(3)] = 1, [TestReplica.Id(4)] = 2 });
        foreach (int node in (int[])[1, 2, 3])
            leader.Do(core => core.Receive(TestReplica.Id(node), leader.Ack(10), leader.Now));
        Assert.Equal(new Lsn(10), leader.Core.Commit);
        Assert.Equal(new Lsn(10), leader.Core.ReachedBy(WritePolicy.Regions(2)));
        Assert.Equal(new Lsn(1), leader.Core.ReachedBy(WritePolicy.Regions(3)));
        leader.Do(core => core.Receive(TestReplica.Id(4), leader.Ack(7), leader.Now));
        Assert.Equal(new Lsn(7), leader.Core.ReachedBy(WritePolicy.Regions(3)));
    }

    [Fact]
    public void The_leaders_region_holds_nothing_that_it_has_not_flushed()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).Lead().Append(1);
        leader.Core.RegionsChanged(new Dictionary<Guid, int> { [leader.Node] = 0, [One] = 1, [Two] = 1 });
        leader.AckAll();
        Assert.Equal(new Lsn(2), leader.Core.Commit);
        Assert.Equal(new Lsn(1), leader.Core.ReachedBy(WritePolicy.Regions(2)));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        Assert.Equal(new Lsn(2), leader.Core.ReachedBy(WritePolicy.Regions(2)));
    }

    [Fact]
    public void A_policy_that_asks_for_more_than_there_is_fails_at_once_and_says_what_is_missing()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).Lead();
        Assert.True(leader.Core.ShortageOf(WritePolicy.AckN(2)).IsNone);
        Assert.Equal("ack-n 3 needs 3 voters beside the leader, there are 2", leader.Core.ShortageOf(WritePolicy.AckN(3)).ToString());
        Assert.Equal("regions 2 needs voters in 2 regions, there are 0", leader.Core.ShortageOf(WritePolicy.Regions(2)).ToString());
        leader.Core.RegionsChanged(new Dictionary<Guid, int> { [leader.Node] = 0, [One] = 4 });
        Assert.True(leader.Core.ShortageOf(WritePolicy.Regions(2)).IsNone);
        Assert.True(leader.Core.ShortageOf(WritePolicy.All).IsNone);
    }

    [Fact]
    public void A_waiter_whose_policy_a_new_configuration_cannot_fulfil_is_given_back()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).LeadHeard().Append(1);
        var queue = new ReleaseQueue<int>();
        queue.Add(1, ReplyDependency.BlindWrite(new Lsn(2), WritePolicy.AckN(2)));
        queue.Advance(leader.Core);
        Assert.False(queue.TryTakeImpossible(out _, out _));
        leader.Do(core => core.Remove(Two, leader.Now));
        queue.Advance(leader.Core);
        Assert.True(queue.TryTakeImpossible(out int item, out PolicyShortage shortage));
        Assert.Equal((1, new PolicyShortage(CommitPolicy.AckN, 2, 1), 0), (item, shortage, queue.Count));
        // Possible again, and nobody had asked meanwhile.
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now)).AckAll();
        leader.Do(core => core.AddReplica(Two, vote: true, leader.Now));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        for (int i = 0; i < 3; i++)
            leader.Do(core => core.Receive(One, leader.Ack(core.Last.Value), leader.Now)).Do(core => core.Receive(Two, leader.Ack(core.Last.Value, incarnation: 2), leader.Now));
        Assert.Equal(3, leader.Core.Configuration.Voters.Length);
        queue.Add(2, ReplyDependency.BlindWrite(leader.Core.Last.Next, WritePolicy.AckN(2)));
        Assert.False(queue.TryTakeImpossible(out _, out _));
    }

    [Theory]
    [InlineData(3, 1, true)]
    [InlineData(5, 1, false)]
    [InlineData(5, 2, true)]
    [InlineData(7, 2, false)]
    [InlineData(7, 3, true)]
    [InlineData(2, 1, true)]
    public void Ack_n_survives_a_failover_only_if_its_copies_meet_every_majority(int voters, int others, bool survives)
    {
        Assert.Equal(survives, WritePolicy.AckN(others).SurvivesFailover(voters));
        Assert.False(WritePolicy.Local.SurvivesFailover(voters));
        Assert.True(WritePolicy.All.SurvivesFailover(voters) && WritePolicy.Quorum.SurvivesFailover(voters) && WritePolicy.Regions(1).SurvivesFailover(voters));
    }

    [Fact]
    public void A_conditional_write_under_ack_n_waits_for_what_it_saw_for_its_copies_and_for_the_leadership()
    {
        var queue = new ReleaseQueue<int>();
        queue.Add(1, ReplyDependency.Write(new Lsn(8), new Lsn(5), WritePolicy.AckN(1)));
        queue.LevelReached(WritePolicy.AckN(1), new Lsn(8));
        Assert.False(queue.WantsTicket);
        queue.CommitAdvanced(new Lsn(5));
        Assert.False(queue.WantsTicket);
        queue.LevelReached(WritePolicy.AckN(1), new Lsn(8));
        Assert.True(queue.WantsTicket);
        queue.TicketTaken(3);
        Assert.False(queue.TryTakeReleased(out _));
        queue.ReadsConfirmed(3);
        Assert.True(queue.TryTakeReleased(out _));
    }

    [Fact]
    public void A_blind_write_under_ack_n_waits_for_its_copies_only_and_under_all_for_its_commit_too()
    {
        var queue = new ReleaseQueue<int>();
        queue.Add(1, ReplyDependency.BlindWrite(new Lsn(8), WritePolicy.AckN(1)));
        queue.Add(2, ReplyDependency.Write(new Lsn(8), new Lsn(7), WritePolicy.All));
        queue.LevelReached(WritePolicy.AckN(1), new Lsn(8));
        Assert.True(queue.TryTakeReleased(out int first));
        Assert.Equal(1, first);
        queue.LevelReached(WritePolicy.All, new Lsn(8));
        Assert.False(queue.TryTakeReleased(out _));
        queue.CommitAdvanced(new Lsn(8));
        queue.LevelReached(WritePolicy.All, new Lsn(8));
        Assert.True(queue.TryTakeReleased(out int second));
        Assert.Equal(2, second);
        Assert.False(queue.WantsTicket);
    }

    [Fact]
    public void Waiters_of_a_policy_leave_in_LSN_order_and_the_steady_path_allocates_nothing()
    {
        var waiters = new PolicyWaiters<long>();
        var random = new SimulationRandom(3);
        long before = 0;
        for (int round = 0; round < 40; round++)
        {
            if (round == 20)
                before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 500; i++)
            {
                long lsn = 1 + random.Below(1_000);
                waiters.Add(WritePolicy.AckN(1 + i % 3), new Lsn(lsn), lsn);
            }

            long last = 0;
            for (int n = 1; n <= 3; n++)
            {
                waiters.Reached(WritePolicy.AckN(n), new Lsn(1_000));
                last = 0;
                while (waiters.TryTakeReached(out long lsn))
                {
                    if (lsn < last)
                        Assert.Fail($"{lsn} after {last}");
                    last = lsn;
                }
            }
        }

        Assert.Equal(0, waiters.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    [Fact]
    public void A_lost_leadership_gives_policy_waiters_back_and_forgets_what_was_reached()
    {
        var queue = new ReleaseQueue<int>();
        queue.Add(1, ReplyDependency.BlindWrite(new Lsn(8), WritePolicy.AckN(1)));
        queue.LevelReached(WritePolicy.AckN(1), new Lsn(7));
        Assert.True(queue.TryTakeAny(out int item));
        Assert.Equal(1, item);
        Assert.False(queue.TryTakeAny(out _));
        queue.Add(2, ReplyDependency.BlindWrite(new Lsn(6), WritePolicy.AckN(1)));
        Assert.False(queue.TryTakeReleased(out _));
    }

    private static WritePolicy Parse(string text) => text switch
    {
        "local" => WritePolicy.Local,
        "quorum" => WritePolicy.Quorum,
        "all" => WritePolicy.All,
        "ack1" => WritePolicy.AckN(1),
        "ack2" => WritePolicy.AckN(2),
        _ => throw new ArgumentException(text),
    };
}
