using Cluster.Storage.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class FolderAndModeTests
{
    [Fact]
    public void A_folder_of_another_cluster_or_shard_is_opened()
    {
        var bench = new LogBench().Open().AppendFlushed(3);
        bench.Close();
        bench.Shard = 1;
        Assert.Equal(ShardFolderProblem.Foreign, Assert.Throws<ShardFolderException>(() => bench.Open()).Problem);
        bench.Shard = 0;
        bench.Cluster = Guid.NewGuid();
        Assert.Equal(ShardFolderProblem.Foreign, Assert.Throws<ShardFolderException>(() => bench.Open()).Problem);
    }

    [Fact]
    public void A_half_created_folder_is_opened_as_an_empty_shard()
    {
        var bench = new LogBench();
        bench.Files.CreateFolder(LogBench.Folder);
        Assert.Equal(ShardFolderProblem.HalfCreated, Assert.Throws<ShardFolderException>(() => bench.Open()).Problem);
    }

    [Fact]
    public void A_lost_folder_comes_back_empty_without_a_word()
    {
        var bench = new LogBench { CreateIfMissing = false };
        Assert.Equal(ShardFolderProblem.Missing, Assert.Throws<ShardFolderException>(() => bench.Open()).Problem);
    }

    [Fact]
    public void An_unreadable_state_file_counts_as_a_new_shard()
    {
        var bench = new LogBench().Open().AppendFlushed(3);
        var next = bench.Restart(1, powerLoss: false);
        next.Files.FlipBit(next.PathOf(ShardStateFile.FileName), 500);
        next.Open();
        next = next.Restart(1, powerLoss: false);
        var path = next.PathOf(ShardStateFile.FileName);
        foreach (var place in new[] { 0, 4096 })
            next.Files.FlipBit(path, (place + 60) * 8);
        Assert.Equal(path, Assert.Throws<StateFileException>(() => next.Open()).Path);
    }

    [Theory]
    [InlineData(FsyncMode.Always, false)]
    [InlineData(FsyncMode.Interval, true)]
    [InlineData(FsyncMode.Os, true)]
    public void A_replica_that_may_have_lost_acknowledged_records_votes_after_a_reboot(FsyncMode mode, bool doubtful)
    {
        var bench = new LogBench { Fsync = mode }.Open().AppendFlushed(10);
        Assert.Equal(new Lsn(10), bench.Flushed);

        // Same boot: the page cache has everything.
        bench = bench.Restart(1, powerLoss: false).Open();
        Assert.False(bench.Log.Recovery.MayHaveLostAcknowledged);
        RoundTripTests.AssertNumbered(bench, 10);
        bench.AppendFlushed(1);

        bench = bench.Restart(2, powerLoss: true).Open();
        Assert.Equal(doubtful, bench.Log.Recovery.MayHaveLostAcknowledged);

        // Neither a clean close nor another start makes it forget; only a new incarnation does.
        Assert.Null(bench.Close());
        bench = bench.Restart(3, powerLoss: false).Open();
        Assert.Equal(doubtful, bench.Log.Recovery.MayHaveLostAcknowledged);
        Assert.Null(bench.Wait(bench.Log.ClearDoubt));
        bench = bench.Restart(4, powerLoss: false).Open();
        Assert.False(bench.Log.Recovery.MayHaveLostAcknowledged);
    }

    [Fact]
    public void A_clean_close_is_doubted_after_a_reboot()
    {
        var bench = new LogBench { Fsync = FsyncMode.Os }.Open().AppendFlushed(10);
        Assert.Null(bench.Close());
        bench = bench.Restart(2, powerLoss: true).Open();
        Assert.False(bench.Log.Recovery.MayHaveLostAcknowledged);
        RoundTripTests.AssertNumbered(bench, 10);
    }

    [Fact]
    public void Interval_mode_never_syncs_an_idle_log()
    {
        var bench = new LogBench { Fsync = FsyncMode.Interval, SegmentBytes = 1 << 20 }.Open().AppendFlushed(10);
        Assert.Equal(new Lsn(10), bench.Log.FlushedLsn);
        Assert.Equal(Lsn.None, bench.Log.SyncedLsn);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
        Assert.Equal(new Lsn(10), bench.Log.SyncedLsn);
    }

    [Fact]
    public void A_seal_before_its_time_takes_the_sync_that_was_asked_for_away()
    {
        var bench = new LogBench { Fsync = FsyncMode.Interval, SegmentBytes = 4000 }.Open().AppendFlushed(1);
        bench.Time.Advance(TimeSpan.FromMilliseconds(500));
        bench.AppendFlushed(60);
        Assert.True(bench.SegmentFiles.Count > 1 && bench.Log.SyncedLsn < bench.Log.LastLsn);

        // The round that was asked for comes half an interval after the sync of the seal; nobody writes any more.
        bench.Time.Advance(TimeSpan.FromMilliseconds(500));
        bench.Scheduler.RunAll();
        Assert.True(bench.Log.SyncedLsn < bench.Log.LastLsn);
        bench.Time.Advance(TimeSpan.FromMilliseconds(500));
        bench.Scheduler.RunAll();
        Assert.Equal(bench.Log.LastLsn, bench.Log.SyncedLsn);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
        Assert.Equal(bench.Log.LastLsn, ShardStateFile.Peek(bench.Files, LogBench.Folder).Synced);
    }

    [Theory]
    [InlineData(FsyncMode.Interval, true)]
    [InlineData(FsyncMode.Os, false)]
    public void A_weak_mode_waits_for_the_disk_or_counts_what_was_not_written(FsyncMode mode, bool syncs)
    {
        var bench = new LogBench { Fsync = mode, SegmentBytes = 1 << 20 }.Open();
        var before = bench.Files.SyncCount;
        bench.AppendNumbered();
        bench.Log.RequestFlush();
        Assert.Equal(Lsn.None, bench.Log.FlushedLsn);
        bench.Scheduler.Write();
        Assert.Equal(Lsn.None, bench.Log.FlushedLsn);
        bench.Scheduler.Sync();
        Assert.Equal(new Lsn(1), bench.Log.FlushedLsn);
        Assert.Equal(before, bench.Files.SyncCount);
        for (var second = 0; second < 5; second++)
        {
            bench.AppendFlushed(1);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            bench.Scheduler.RunAll();
        }

        Assert.Equal(syncs ? new Lsn(6) : Lsn.None, bench.Log.SyncedLsn);
        bench.Files.Fault = static operation => operation.Name == "sync" ? new StorageFailedException(StorageFailure.Io, "sync", operation.Path, 5) : null;
        bench.AppendFlushed(1);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
        Assert.Equal(syncs, bench.Failure is not null);
    }

    [Fact]
    public void A_replica_that_may_lack_acknowledged_records_opens_without_a_word()
    {
        var bench = new LogBench { Fsync = FsyncMode.Os }.Open().AppendFlushed(10);
        Assert.Empty(bench.Events.Doubted);
        bench = bench.Restart(2, powerLoss: true).Open();
        Assert.Equal([LogBench.Folder], bench.Events.Doubted);
        Assert.Null(bench.Wait(bench.Log.ClearDoubt));
        bench = bench.Restart(3, powerLoss: false).Open();
        Assert.Empty(bench.Events.Doubted);
    }

    [Fact]
    public void The_commit_is_forgotten_or_read_beyond_the_log()
    {
        var bench = new LogBench().Open().AppendFlushed(10);
        bench.Log.SetCommitLsn(new Lsn(8));
        bench.AppendFlushed(2);
        bench = bench.Restart(1, powerLoss: true).Open();
        Assert.Equal(new Lsn(8), bench.Log.Recovery.CommitLsn);
        bench.Log.SetCommitLsn(new Lsn(12));
        Assert.Null(bench.Close());
        bench = bench.Restart(2, powerLoss: true).Open();
        Assert.Equal(new Lsn(12), bench.Log.Recovery.CommitLsn);
    }

    [Fact]
    public void Timestamps_go_back_within_a_shard()
    {
        var bench = new LogBench().Open();
        foreach (var time in new long[] { 100, 50, 200, 0 })
        {
            bench.Log.Append(RecordKind.Time, bench.Term, time, SessionStamp.None, 0);
            bench.Log.Commit(out _);
        }

        Assert.Equal(200, bench.Log.LastTimestamp);
        bench.Flush();
        bench = bench.Restart(1, powerLoss: true).Open();
        Assert.Equal(200, bench.Log.LastTimestamp);
        Assert.Equal(200, bench.Log.Recovery.LastTimestamp);
    }

    [Fact]
    public void Many_records_of_many_bursts_cost_many_syncs()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open().AppendFlushed(1);
        var syncs = bench.Files.SyncCount;
        for (var i = 0; i < 500; i++)
        {
            bench.AppendNumbered();
            bench.Log.RequestFlush();
        }

        bench.Scheduler.RunAll();
        Assert.Equal(new Lsn(501), bench.Flushed);
        Assert.Equal(syncs + 1, bench.Files.SyncCount);
    }

    [Fact]
    public void Encoded_records_that_do_not_continue_the_log_are_appended()
    {
        var leader = new LogBench(1).Open().AppendFlushed(10);
        leader.Log.TryRead(Lsn.None, 1 << 20, out var slice);
        var bytes = RoundTripTests.Bytes(slice!);
        var replica = new LogBench(2).Open();
        var length = RecordView.LengthAt(bytes);
        Assert.Throws<InvalidRecordException>(() => replica.Log.AppendEncoded(bytes.AsSpan(length), null, replica));
        Assert.Throws<InvalidRecordException>(() => replica.Log.AppendEncoded(bytes.AsSpan(0, bytes.Length - 1), null, replica));
        Assert.Throws<DigestMismatchException>(() => replica.Log.AppendEncoded(bytes, slice!.Digest + 1, replica));
        Assert.Equal(Lsn.None, replica.Log.LastLsn);
        Assert.Empty(replica.Replayed);
        replica.Log.AppendEncoded(bytes, slice!.Digest, replica);
        Assert.Equal(new Lsn(10), replica.Log.LastLsn);
        slice.Dispose();
    }
}
