using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Merge;

/// <summary>What a merge may keep, what it must give up, and when it has to wait.</summary>
public class MergeGarbageTests
{
    [Fact]
    public void Tombstones_of_keys_that_no_older_file_holds_stay_for_ever()
    {
        using var bench = Opened();
        for (var i = 0; i < 60; i++)
            Put(bench, i);
        Commit(bench);
        // The first keys are put in a data file that stays alive; then others come and go.
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                Put(bench, 1000 + (round * 20) + i);
                bench.Store.AppendDelete(bench.Bench.Term, 1, SessionStamp.None, BitConverter.GetBytes(1000 + (round * 20) + i));
            }

            Commit(bench);
            MergeBench.Settle(bench, new Lsn(long.MaxValue));
        }

        Assert.Equal(60, bench.Store.Count);
        var status = bench.Store.MergeStatus;
        Assert.True(status.Merges > 10, $"{status.Merges} merges");
        // 60 values of 150 bytes live; 800 tombstones would be 28 bytes each.
        Assert.True(status.DataBytes < 2 * 60 * 250, $"{status.DataBytes} bytes in {status.DataFiles} files");
        Assert.Equal(60, Reopened(bench).Store.Count);
    }

    [Fact]
    public void Emptying_the_shard_leaves_data_files_of_dead_values()
    {
        using var bench = Opened();
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < 60; i++)
                Put(bench, i);
            Commit(bench);
            MergeBench.Settle(bench, new Lsn(long.MaxValue));
        }

        Assert.NotEmpty(MergeBench.DataFiles(bench));
        bench.Store.AppendFlushKeys(bench.Bench.Term, 1, SessionStamp.None);
        for (var i = 0; i < 300; i++)
            Put(bench, 500 + (i % 3));
        Commit(bench);
        MergeBench.Settle(bench, new Lsn(long.MaxValue));
        Assert.True(bench.Store.MergeStatus.DataBytes < 3000, $"{bench.Store.MergeStatus.DataBytes} bytes");
        Assert.Equal(3, Reopened(bench).Store.Count);
    }

    [Fact]
    public void What_a_replica_still_needs_is_released_or_merged()
    {
        using var bench = Opened();
        for (var i = 0; i < 600; i++)
            Put(bench, i % 40);
        Commit(bench);
        MergeBench.Settle(bench, new Lsn(100));
        Assert.True(bench.Store.FirstLsn <= new Lsn(100));
        Assert.True(bench.Store.Manifest is null || bench.Store.Manifest.MergedThrough < new Lsn(100));
        MergeBench.Settle(bench, new Lsn(400));
        Assert.InRange(bench.Store.FirstLsn.Value, 101, 400);
        using var reader = bench.Store.ReadCommitted(new Lsn(400));
        Assert.True(reader.MoveNext());
    }

    [Fact]
    public void What_is_not_committed_is_merged()
    {
        using var bench = Opened();
        for (var i = 0; i < 200; i++)
            Put(bench, i % 10);
        Commit(bench);
        var commit = bench.Store.CommitLsn;
        for (var i = 0; i < 400; i++)
            Put(bench, i % 10);
        bench.Flush();
        MergeBench.Settle(bench, new Lsn(long.MaxValue));
        Assert.NotNull(bench.Store.Manifest);
        Assert.True(bench.Store.Manifest.RegardedCommit <= commit);
        Assert.True(bench.Store.Manifest.MergedThrough <= commit);
        // What was pending when the merge ran may still be cut.
        Exception? failure = null;
        bench.Store.CutAfter(commit, error => failure = error);
        bench.Bench.Scheduler.RunAll();
        Assert.Null(failure);
        Assert.Equal(10, bench.Store.Count);
        Assert.Equal(10, Reopened(bench).Store.Count);
    }

    [Fact]
    public void A_full_disk_ends_merging_for_good()
    {
        using var bench = Opened();
        Fill(bench);
        bench.Bench.Files.Fault = static operation => operation.Name == "write" && operation.Path.Contains("data-", StringComparison.Ordinal)
            ? new StorageFailedException(StorageFailure.NoSpace, "write", operation.Path)
            : null;
        MergeBench.Settle(bench, new Lsn(long.MaxValue));
        Assert.Null(bench.Store.Manifest);
        Assert.Null(bench.Store.MergeStatus.Failure);
        Assert.DoesNotContain(bench.Bench.Files.ListFiles(LogBench.Folder), static name => name.StartsWith("data-", StringComparison.Ordinal));
        bench.Bench.Files.Fault = null;
        MergeBench.Settle(bench, new Lsn(long.MaxValue));
        Assert.NotNull(bench.Store.Manifest);
        Assert.True(bench.Store.FirstLsn > Lsn.First);
    }

    [Theory]
    [InlineData("sync", "data-")]
    [InlineData("sync", "shard.manifest")]
    [InlineData("rename", "shard.manifest")]
    [InlineData("read", "wal-0000000000000001")]
    public void A_merge_that_fails_costs_a_value_or_stops_the_shard(string operation, string file)
    {
        using var bench = Opened();
        Fill(bench);
        bench.Bench.Files.Fault = made => made.Name == operation && made.Path.Contains(file, StringComparison.Ordinal)
            ? new StorageFailedException(StorageFailure.Io, operation, made.Path)
            : null;
        MergeBench.Settle(bench, new Lsn(long.MaxValue));
        Assert.NotNull(bench.Store.MergeStatus.Failure);
        Assert.Single(bench.Bench.Events.MergeFailures);
        Assert.Equal(Lsn.First, bench.Store.FirstLsn);
        bench.Bench.Files.Fault = null;
        Put(bench, 7777);
        Commit(bench);
        Assert.Equal(Filled + 1, bench.Store.Count);
        var before = bench.Describe();
        bench.Close();
        using var again = bench.Restart().Open(merge: MergeBench.Eager);
        Assert.Equal(before, again.Describe());
        MergeBench.Settle(again, new Lsn(long.MaxValue));
        Assert.True(again.Store.FirstLsn > Lsn.First);
        Assert.Equal(Filled + 1, again.Store.Count);
    }

    [Fact]
    public void A_merge_that_a_close_interrupts_leaves_its_files()
    {
        using var bench = Opened(slow: true);
        Fill(bench);
        bench.Store.ReleaseBelow(new Lsn(long.MaxValue));
        for (var i = 0; i < 200 && !bench.Store.MergeStatus.Running; i++)
            bench.Idle();
        Assert.True(bench.Store.MergeStatus.Running);
        bench.Close();
        Assert.DoesNotContain(bench.Bench.Files.ListFiles(LogBench.Folder), static name => name.StartsWith("data-", StringComparison.Ordinal));
        using var again = bench.Restart().Open(merge: MergeBench.Eager);
        MergeBench.Settle(again, new Lsn(long.MaxValue));
        Assert.NotNull(again.Store.Manifest);
        Assert.Equal(Filled, again.Store.Count);
    }

    /// <summary>The merge has a lane of its own: in whatever order the lanes come, the log ends last.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_log_is_closed_under_a_merge_that_runs(int seed)
    {
        using var bench = Opened(slow: true);
        Fill(bench);
        bench.Store.ReleaseBelow(new Lsn(long.MaxValue));
        for (var i = 0; i < 200 && !bench.Store.MergeStatus.Running; i++)
            bench.Idle();
        Assert.True(bench.Store.MergeStatus.Running);
        bool? ranAtClose = null;
        bench.Store.Close(_ => ranAtClose = bench.Store.MergeStatus.Running);
        var random = new Random(seed);
        for (var i = 0; i < 200 && bench.Bench.Scheduler.HasWork; i++)
            bench.Bench.Scheduler.RunOne(random);
        Assert.False(ranAtClose ?? throw new InvalidOperationException("a close ends"));
    }

    /// <summary>An orderly stop and a failure may both close a store: each must hear of the end, and not before it.</summary>
    [Fact]
    public void Who_closes_a_store_that_is_closing_waits_for_ever()
    {
        using var bench = Opened(slow: true);
        Fill(bench);
        bench.Store.ReleaseBelow(new Lsn(long.MaxValue));
        for (var i = 0; i < 200 && !bench.Store.MergeStatus.Running; i++)
            bench.Idle();
        var told = new List<(int Asked, bool Merging)>();
        bench.Store.Close(error => Told(1, error));
        bench.Store.Close(error => Told(2, error));
        Assert.Empty(told);
        for (var i = 0; i < 200 && bench.Bench.Scheduler.HasWork; i++)
            bench.Bench.Scheduler.RunAll();
        bench.Store.Close(error => Told(3, error));
        Assert.Equal([(1, false), (2, false), (3, false)], told);

        void Told(int asked, Exception? error)
        {
            Assert.Null(error);
            told.Add((asked, bench.Store.MergeStatus.Running));
        }
    }

    private static HintBench Opened(bool slow = false) =>
        new HintBench(new LogBench(3) { SegmentBytes = 6000 }).Open(merge: slow ? MergeBench.Eager with { BytesPerSecond = 1, Ratio = 0.85 } : MergeBench.Eager);

    /// <summary>Something stays alive in every segment.</summary>
    private const int Filled = 36 + 60;

    private static void Fill(HintBench bench)
    {
        for (var i = 0; i < 600; i++)
            Put(bench, i % 10 == 0 ? 1000 + i : i % 40);
        Commit(bench);
    }

    private static void Put(HintBench bench, int key) => bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, BitConverter.GetBytes(key), new byte[150]);

    private static void Commit(HintBench bench)
    {
        bench.Flush();
        bench.Store.AdvanceCommit(bench.Store.LastLsn);
    }

    private static HintBench Reopened(HintBench bench)
    {
        bench.Close();
        return bench.Restart().Open();
    }
}
