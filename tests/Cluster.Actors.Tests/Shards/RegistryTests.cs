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
        Assert.Equal(8_000, history.LagMicros(3, 10_000));
    }

    [Fact]
    public void A_long_lag_is_known_coarsely_a_short_one_finely()
    {
        var history = new HeadHistory();
        for (int i = 1; i <= 10_000; i++) history.Note(i, i * 1000);
        Assert.Equal(1000, history.LagMicros(9_999, 10_000_000));
        Assert.InRange(history.LagMicros(5_000, 10_000_000), 5_000_000, 10_000_000);
    }
}
