using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Restore;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

public sealed class RestorePlannerTests
{
    [Fact]
    public async Task A_moment_restores_other_records_than_those_up_to_it()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var shards = (await bench.VerifyAsync()).Shards;
        var possible = RestorePlanner.Possible(shards)!.Value;
        var moments = bench.Shards.Values.SelectMany(static history => Enumerable.Range(1, (int)history.Last.Value).Select(lsn => history.Time(new Lsn(lsn)))).Distinct().Order().ToList();
        var restored = 0;
        foreach (var moment in moments.Where((_, i) => i % 16 == 0).SelectMany(static moment => new[] { moment - 1, moment, moment + 1 }))
        {
            var plan = RestorePlanner.Plan(shards, RestoreTarget.AtTime(moment));
            var ends = await bench.RestoreAsync(plan);
            foreach (var (shard, end) in ends)
                Assert.Equal((moment, bench.Shards[shard].At(moment)), (moment, end));
            if (plan.IsPossible)
            {
                Assert.Equal(3, ends.Count);
                Assert.InRange(moment, possible.From, possible.Through);
                restored++;
                continue;
            }

            Assert.All(plan.Problems, static problem => Assert.NotEqual(RestoreObstacle.NoStart, problem.Kind));
            if (moment < possible.From)
                Assert.Contains(plan.Problems, static problem => problem.Kind == RestoreObstacle.TooEarly);
            else if (moment > possible.Through)
                Assert.Contains(plan.Problems, static problem => problem.Kind == RestoreObstacle.TooLate);
            else
                Assert.Contains(plan.Problems, static problem => problem is { Kind: RestoreObstacle.InHole, Hole.Gap: not null, Shard: 1 });
        }

        Assert.True(restored > 5);
    }

    [Fact]
    public async Task A_moment_is_another_record_or_a_record_another_moment()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Lz4 | ArchiveEncoding.Age);
        var shards = (await bench.VerifyAsync()).Shards;
        var opened = 0;
        bench.Store.Fault = (operation, _) => operation == "open" && ++opened % 4 == 0 ? StoreFault.Truncated : StoreFault.None;
        var resolver = new RestoreResolver(bench.Store, ArchiveBench.Root, [ArchiveBench.Identity], ArchiveBench.Retries);
        for (var lsn = new Lsn(1); lsn.Value <= 200; lsn += 29)
        {
            var moment = bench.Shards[0].Time(lsn);
            Assert.Equal(moment, await resolver.TimeOfAsync(shards.Single(static shard => shard.Shard == 0), lsn));
            var plan = await resolver.ResolveAsync(RestorePlanner.Plan(shards, RestoreTarget.AtTime(moment)));
            foreach (var shard in plan.Shards)
                Assert.Equal((moment, bench.Shards[shard.Shard].At(moment)), (moment, shard.Through));
        }

        Assert.Null(await resolver.TimeOfAsync(shards.Single(static shard => shard.Shard == 1), new Lsn(60)));
        Assert.Equal(bench.Shards[1].Time(new Lsn(90)), await resolver.TimeOfAsync(shards.Single(static shard => shard.Shard == 1), new Lsn(90)));
    }

    [Fact]
    public async Task A_record_restores_another_one_or_a_hole_is_not_named()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var shards = (await bench.VerifyAsync()).Shards;
        for (var lsn = new Lsn(1); lsn.Value <= 201; lsn += 4)
        {
            var plan = RestorePlanner.Plan(shards, RestoreTarget.OnlyRecord(1, lsn));
            if (lsn.Value is > 50 and < 90)
            {
                var problem = Assert.Single(plan.Problems);
                Assert.Equal((RestoreObstacle.InHole, new Lsn(51), new Lsn(79)), (problem.Kind, problem.Hole!.First, problem.Hole.Last));
                Assert.Contains("too far behind", problem.Text, StringComparison.Ordinal);
            }
            else if (lsn.Value > 200)
            {
                Assert.Equal(RestoreObstacle.TooLate, Assert.Single(plan.Problems).Kind);
                Assert.Contains("0 to 200", plan.Problems[0].Text, StringComparison.Ordinal);
            }
            else
            {
                Assert.True(plan.IsPossible);
                Assert.Equal(lsn, (await bench.RestoreAsync(plan))[1]);
            }
        }
    }

    [Fact]
    public async Task One_shards_record_leaves_the_others_at_another_moment()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        var shards = (await bench.VerifyAsync()).Shards;
        var possible = RestorePlanner.Possible(shards)!.Value;
        var lsn = bench.Shards[0].At(possible.Through);
        var moment = bench.Shards[0].Time(lsn);
        var plan = RestorePlanner.Plan(shards, RestoreTarget.AtRecord(0, lsn, moment));
        foreach (var (shard, end) in await bench.RestoreAsync(plan))
            Assert.Equal(shard == 0 ? lsn : bench.Shards[shard].At(moment), end);
        Assert.True(plan.StoredBytes > 0 && plan.StoredBytes < bench.Store.Objects.Values.Sum(static content => (long)content.Length));
        Assert.Equal(RestoreObstacle.NoStart, Assert.Single(RestorePlanner.Plan(shards, RestoreTarget.OnlyRecord(7, lsn)).Problems).Kind);
    }

    [Fact]
    public async Task The_newest_snapshot_before_the_target_is_passed_over()
    {
        var bench = ArchiveBench.Small(ArchiveEncoding.Plain);
        bench.Snapshot(0, 160, ArchiveEncoding.Plain);
        var shards = (await bench.VerifyAsync()).Shards;
        Assert.Equal(new Lsn(160), RestorePlanner.Plan(shards, RestoreTarget.OnlyRecord(0, new Lsn(190))).Shards[0].Start.StartMark.Lsn);
        Assert.Equal(Lsn.None, RestorePlanner.Plan(shards, RestoreTarget.OnlyRecord(0, new Lsn(159))).Shards[0].Start.StartMark.Lsn);
        Assert.Empty(RestorePlanner.Plan(shards, RestoreTarget.OnlyRecord(0, new Lsn(160))).Shards[0].Steps);
    }
}
