using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class RegistryTests : ShardTestKit
{
    [Fact]
    public async Task The_leader_knows_how_far_each_replica_is_and_what_all_of_them_show()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        await UntilHolds(
            () =>
            {
                var leader = Assert.Single(shards.Nodes, n => n.Cell.State == ShardState.Leading);
                var report = leader.Cell.Report;
                Assert.True(report.Leads);
                Assert.Equal((leader.Cell.CommitLsn, leader.Cell.CommitLsn), (report.CommitLsn, report.SafeReplayLsn));
                Assert.Null(report.CommitHolder);
                Assert.Equal(3, report.Replicas.Length);
                foreach (var replica in report.Replicas)
                {
                    Assert.Equal((leader.Cell.CommitLsn, 0L, 0L, 0L), (replica.AppliedLsn, replica.LagRecords, replica.LagMicros, replica.ApplyErrors));
                    if (replica.Node != leader.Id) Assert.Equal(leader.Cell.AppendedLsn, replica.SentLsn);
                }

                Assert.All(shards.Nodes.Where(n => n != leader), n => Assert.False(n.Cell.Report.Leads));
                Assert.True(leader.Cell.Counters.Elections >= 1);
            });
    }

    [Fact]
    public async Task A_replica_that_is_away_holds_the_safe_replay_LSN_and_its_lag_grows()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        await Until(() => shards.Leader is { } node && node.Cell.Report.SafeReplayLsn > 0);
        var leading = await LeaderOf(shards);
        var away = shards.Nodes.First(n => n != leading);
        shards.Network.Isolate(away.Id);
        long safe = 0;
        for (int i = 0; i < 3; i++) await shards.Nodes.First(n => n != away).Client().SetUntilAcknowledged(0, "a", $"{i}");
        await UntilHolds(
            () =>
            {
                var leader = Assert.Single(shards.Nodes, n => n != away && n.Cell.State == ShardState.Leading);
                var report = leader.Cell.Report;
                var replica = Assert.Single(report.Replicas, r => r.Node == away.Id);
                Assert.True(report.SafeReplayLsn < report.CommitLsn && report.SafeReplayLsn == replica.AppliedLsn);
                Assert.True(replica.LagRecords >= 3 && replica.LagMicros > 0);
                safe = report.CommitLsn;
            });
        shards.Network.Reconnect(away.Id);
        await UntilHolds(() => Assert.Contains(shards.Nodes, n => n.Cell.Report.Leads && n.Cell.Report.SafeReplayLsn >= safe));
    }

    [Fact]
    public void A_lag_counts_from_the_first_record_that_is_missing()
    {
        var history = new HeadHistory();
        Assert.Equal(0, history.LagMicros(0, 100));
        history.Note(10, 1_000);
        history.Note(10, 2_000);
        history.Note(12, 3_000);
        history.Note(12, 9_000);
        Assert.Equal(0, history.LagMicros(12, 10_000));
        Assert.Equal(8_000, history.LagMicros(11, 10_000));
        Assert.Equal(8_000, history.LagMicros(10, 10_000));
        Assert.Equal(9_000, history.LagMicros(3, 10_000));
    }

    [Fact]
    public void A_long_lag_is_known_coarsely_a_short_one_finely()
    {
        var history = new HeadHistory();
        for (int i = 1; i <= 10_000; i++) history.Note(i, i * 1000);
        Assert.Equal(1000, history.LagMicros(9_999, 10_000_000));
        Assert.InRange(history.LagMicros(5_000, 10_000_000), 5_000_000, 10_000_000);
    }

    [Fact]
    public void A_lag_grows_also_while_the_log_has_not_moved_since_the_first_note()
    {
        var history = new HeadHistory();
        for (int at = 1_000; at <= 9_000; at += 1_000) history.Note(10, at);
        Assert.Equal(8_000, history.LagMicros(7, 9_000));
        Assert.Equal(0, history.LagMicros(10, 9_000));
    }

    [Fact]
    public void A_cut_takes_back_the_lag_behind_what_was_cut()
    {
        var history = new HeadHistory();
        history.Note(10, 1_000);
        history.Note(20, 2_000);
        history.Note(15, 3_000);
        Assert.Equal(0, history.LagMicros(15, 4_000));
        Assert.Equal(3_000, history.LagMicros(12, 4_000));
        history.Note(5, 5_000);
        Assert.Equal(0, history.LagMicros(5, 6_000));
        Assert.Equal(1_000, history.LagMicros(3, 6_000));
    }

    [Fact]
    public void A_rest_of_a_parked_shard_is_nobodys_lag()
    {
        var history = new HeadHistory();
        history.Note(10, 1_000);
        history.Resume(1_000_000);
        history.Note(11, 1_000_100);
        Assert.Equal(200, history.LagMicros(10, 1_000_200));
    }
}
