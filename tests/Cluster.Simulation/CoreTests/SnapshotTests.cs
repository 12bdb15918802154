using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class SnapshotTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid Leader = TestReplica.Id(0);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_position_that_is_gone_asks_for_a_snapshot_with_the_numbers_that_led_to_it()
    {
        TestReplica replica = Behind();
        Effect effect = replica.Last(EffectKind.NeedsBootstrap);
        Assert.Equal((BootstrapCause.PositionGone, 5L, 40L, 90L), (effect.Cause, effect.Lsn.Value, effect.Oldest.Value, effect.Head.Value));
        Assert.Equal(BootstrapState.Needed, replica.Core.Bootstrap);
        Assert.Empty(replica.Of(EffectKind.SendPull));
    }

    [Fact]
    public void A_replica_that_waits_for_a_snapshot_still_votes_and_says_that_it_hears_the_leader()
    {
        TestReplica replica = Behind();
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(3, sentAt: 77), replica.Now));
        Assert.Equal(77, replica.Last(EffectKind.SendAck).Ack.Echo);
        replica.Now += TestReplica.ElectionTimeout;
        replica.Do(core => core.Receive(Two, TestMessages.VoteRequest(4, lastLsn: 50, lastTerm: 3), replica.Now));
        Assert.True(replica.Last(EffectKind.SendVoteReply).VoteReply.Granted);
    }

    [Fact]
    public void An_installed_snapshot_takes_the_place_of_the_log()
    {
        TestReplica replica = Behind();
        Assert.Equal(SnapshotVerdict.Installs, Offer(replica, At(60, 3)));
        Assert.Equal(new Lsn(60), replica.Core.Last);
        Assert.Equal(new Lsn(60), replica.Core.Commit);
        Assert.Equal(new Term(3), replica.Core.LastTerm);
        Assert.Equal(BootstrapState.None, replica.Core.Bootstrap);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        Assert.Equal((60L, 3L, 60L), (pull.After.Value, pull.AfterTerm.Value, pull.Durable.Value));
    }

    [Fact]
    public void A_snapshot_at_or_below_the_own_commit_is_not_installed()
    {
        TestReplica replica = Behind();
        Assert.Equal(SnapshotVerdict.Stale, Offer(replica, At(4, 1)));
        Assert.Equal(SnapshotVerdict.Stale, Offer(replica, At(3, 1)));
        Assert.Empty(replica.Of(EffectKind.InstallSnapshot));
        Assert.Equal(new Lsn(5), replica.Core.Last);
    }

    [Fact]
    public void A_log_that_goes_on_behind_the_snapshots_last_record_is_kept()
    {
        TestReplica replica = Behind();
        Assert.Equal(SnapshotVerdict.NotNeeded, Offer(replica, At(5, 1)));
        Assert.Equal(new Lsn(5), replica.Core.Last);
        Assert.Single(replica.Of(EffectKind.SendPull));
    }

    [Fact]
    public void A_tail_that_the_snapshot_contradicts_is_replaced()
    {
        TestReplica replica = Behind();
        Assert.Equal(SnapshotVerdict.Installs, Offer(replica, At(5, 3)));
        Assert.Equal(new Term(3), replica.Core.LastTerm);
    }

    [Fact]
    public void While_the_data_is_swapped_nothing_is_voted_acknowledged_or_pulled()
    {
        TestReplica replica = Behind();
        replica.HoldInstalls = true;
        Offer(replica, At(60, 3));
        Assert.Equal(BootstrapState.Installing, replica.Core.Bootstrap);
        replica.Do(core => core.FlushedThrough(new Lsn(5), replica.Now));
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(3, sentAt: 88), replica.Now));
        Assert.Equal(Lsn.None, replica.Last(EffectKind.SendAck).Ack.Durable);
        Assert.Equal(88, replica.Last(EffectKind.SendAck).Ack.Echo);
        Assert.Empty(replica.Of(EffectKind.SendPull));
        replica.Now += 2 * TestReplica.ElectionTimeout;
        replica.Do(core => core.Receive(Two, TestMessages.VoteRequest(4, lastLsn: 90, lastTerm: 3), replica.Now));
        replica.Do(core => core.Receive(Two, TestMessages.VoteRequest(4, lastLsn: 90, lastTerm: 3), replica.Now));
        Assert.False(replica.Last(EffectKind.SendVoteReply).VoteReply.Granted);
        replica.TickAfter(5 * TestReplica.ElectionTimeout);
        Assert.Empty(replica.Of(EffectKind.SendVoteRequest));
        Assert.Equal(SnapshotVerdict.NotNow, Offer(replica, At(70, 3)));
        replica.Release();
        Assert.Equal(new Lsn(60), replica.Core.Last);
    }

    [Fact]
    public void An_install_that_fails_leaves_the_old_log_in_its_place()
    {
        TestReplica replica = Behind();
        replica.HoldInstalls = true;
        Offer(replica, At(60, 3));
        replica.Do(core => core.SnapshotNotInstalled(replica.Now));
        Assert.Equal(new Lsn(5), replica.Core.Last);
        Assert.Equal(BootstrapState.Needed, replica.Core.Bootstrap);
    }

    [Fact]
    public void A_leader_installs_nothing_and_a_snapshot_of_an_unknown_term_is_refused()
    {
        TestReplica leader = new TestReplica(Three, 0).Lead();
        Assert.Equal(SnapshotVerdict.NotNow, Offer(leader, At(60, 1)));
        Assert.Equal(SnapshotVerdict.OtherTerm, Offer(Behind(), At(60, 9)));
    }

    [Fact]
    public void A_new_leader_is_asked_whether_it_still_has_the_records()
    {
        TestReplica replica = Behind();
        replica.Do(core => core.Receive(Two, TestMessages.Notice(4), replica.Now));
        Assert.Equal(BootstrapState.None, replica.Core.Bootstrap);
        Assert.Equal(Two, replica.Last(EffectKind.SendPull).To);
    }

    [Fact]
    public void A_leader_pins_what_its_members_still_need_and_what_follows_a_running_snapshot()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect().Append(9);
        Assert.Equal(Lsn.First, leader.Core.PinnedFrom); // Nobody has said anything.
        leader.Do(core => core.Receive(TestReplica.Id(1), leader.Ack(8), leader.Now));
        leader.Core.SnapshotBegan(Two, new Lsn(6));
        Assert.Equal(new Lsn(7), leader.Core.PinnedFrom);
        leader.Core.SnapshotEnded(Two);
        Assert.Equal(Lsn.First, leader.Core.PinnedFrom);
        leader.Do(core => core.Receive(Two, leader.Ack(10), leader.Now));
        Assert.Equal(new Lsn(9), leader.Core.PinnedFrom);
        Assert.Equal(2, leader.Core.MemberCount);
        Assert.Equal(new Lsn(8), leader.Core.MemberAt(0).Durable);
        Assert.Equal(new Lsn(6), new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5)).Core.PinnedFrom);
    }

    [Fact]
    public void Other_bytes_under_the_same_LSN_stop_the_replica_before_it_acknowledges_them()
    {
        TestReplica replica = Following();
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Digest = 42;
        var answer = new PullAnswer
        {
            Number = pull.Number, Term = new Term(3), After = pull.After, Last = new Lsn(6), SentAt = 4, DigestLsn = new Lsn(6), Digest = 43,
        };
        replica.Do(core => core.Receive(Leader, answer, replica.Now));
        Effect effect = replica.Last(EffectKind.Diverged);
        Assert.Equal((6L, 42UL, 43UL), (effect.Lsn.Value, effect.OwnDigest, effect.LeaderDigest));
        Assert.True(replica.Core.Stopped);
        replica.Do(core => core.FlushedThrough(new Lsn(6), replica.Now));
        Assert.Empty(replica.Effects);
    }

    [Fact]
    public void The_same_bytes_pass()
    {
        TestReplica replica = Following();
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Digest = 43;
        var answer = new PullAnswer { Number = pull.Number, Term = new Term(3), After = pull.After, Last = new Lsn(6), SentAt = 4, DigestLsn = new Lsn(6), Digest = 43 };
        replica.Do(core => core.Receive(Leader, answer, replica.Now));
        Assert.False(replica.Core.Stopped);
        Assert.Equal(new Lsn(6), replica.Core.Last);
    }

    [Fact]
    public void A_replica_that_is_marked_as_diverged_is_never_promoted()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0, TestReplica.Timeline((1, 1)), new Lsn(5), diverged: true);
        replica.TickAfter(10 * TestReplica.ElectionTimeout);
        replica.Do(core => core.Receive(Two, TestMessages.VoteRequest(7, 90, 6), replica.Now));
        Assert.Empty(replica.Effects);
        Assert.True(replica.Core.Stopped);
    }

    /// <summary>Replica 1 with a log of 1 to 5 in term 1, committed through 4, that follows replica 0 in term 3.</summary>
    private static TestReplica Following()
    {
        var replica = new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(5), new Lsn(4));
        replica.Now += 2 * TestReplica.ElectionTimeout;
        return replica.Do(core => core.Receive(Leader, TestMessages.Notice(3), replica.Now));
    }

    /// <summary>... and whose next record the leader no longer has.</summary>
    private static TestReplica Behind()
    {
        TestReplica replica = Following();
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        var gone = new PullAnswer
        {
            Number = pull.Number, Term = new Term(3), Outcome = PullOutcome.PositionGone, After = pull.After, Last = pull.After, SentAt = 2,
            Oldest = new Lsn(40), Head = new Lsn(90),
        };
        return replica.Do(core => core.Receive(Leader, gone, replica.Now));
    }

    private static SnapshotPosition At(long lsn, long term) => new(
        new Lsn(lsn), term == 1 ? TestReplica.Timeline((1, 1)) : TestReplica.Timeline((1, 1), (term, 5)), Three.At(new Lsn(2)));

    private static SnapshotVerdict Offer(TestReplica replica, SnapshotPosition snapshot)
    {
        SnapshotVerdict verdict = default;
        replica.Do(core => verdict = core.SnapshotReceived(snapshot, replica.Now));
        return verdict;
    }
}
