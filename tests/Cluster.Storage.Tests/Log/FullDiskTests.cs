using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class FullDiskTests
{
    private static readonly SpaceLimits Limits = new() { LowBytes = 20_000, HighBytes = 40_000, ReserveBytes = 16_000 };

    [Fact]
    public void Client_writes_are_accepted_until_the_disk_is_full_and_flap_at_the_border()
    {
        var bench = Guarded(100_000);
        using var store = OpenStore(bench);
        Assert.True(Put(store).Appended);
        bench.Files.FreeSpace = 19_999;
        NextSecond(bench);
        Assert.Equal(AppendRefusal.DiskFull, Put(store).Refusal);
        Assert.Equal(AppendRefusal.DiskFull, store.AppendDelete(new Term(1), 0, SessionStamp.None, "k"u8).Refusal);
        Assert.Equal(AppendRefusal.DiskFull, store.AppendFlushKeys(new Term(1), 0, SessionStamp.None).Refusal);
        Assert.Contains("no space", store.Log.Shortage!.Message, StringComparison.Ordinal);

        // Nothing has failed: what keeps the shard governable is written, what was written is read.
        Assert.Null(store.Log.Stall);
        store.AppendNoOp(new Term(1), 0);
        store.AppendConfiguration(new Term(1), 0, "c"u8);
        store.RequestFlush();
        bench.Scheduler.RunAll();
        Assert.Equal(new Lsn(3), store.FlushedLsn);
        Assert.True(store.Find("k"u8).Found);

        bench.Files.FreeSpace = 39_000;
        NextSecond(bench);
        Assert.Equal(AppendRefusal.DiskFull, Put(store).Refusal);
        bench.Files.FreeSpace = 40_000;
        NextSecond(bench);
        Assert.True(Put(store).Appended);
        Assert.Equal(["low", "recovered"], bench.Events.SpaceNotes);
    }

    [Fact]
    public void A_new_leader_cannot_commit_on_a_full_disk_though_a_reserve_was_kept()
    {
        var bench = Guarded(100_000);
        bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
        bench.Open().AppendFlushed(3);
        Assert.Equal(16_000, bench.Space!.ReserveHeld);

        // Another process takes everything at once, before anybody has measured. The active file has some zeros to go.
        for (var lsn = 3; bench.Space.ReserveHeld == 16_000; lsn++)
        {
            Assert.InRange(lsn, 3, 500);
            bench.Files.FreeSpace = 0;
            bench.AppendFlushed(1);
            Assert.Equal(new Lsn(lsn + 1), bench.Flushed);
        }

        Assert.Null(bench.StalledBy);
        Assert.NotNull(bench.Log.Shortage);
        Assert.Equal(["low"], bench.Events.SpaceNotes);

        // The log has three quarters of it; then writing waits, and the node still votes.
        for (var i = 0; bench.StalledBy is null; i++)
        {
            Assert.InRange(i, 0, 500);
            bench.AppendFlushed(1);
        }

        Assert.Equal(4_000, bench.Space.ReserveHeld);
        Exception? saved = new InvalidOperationException("not called");
        bench.NodeState.Save(0, new ShardReplicaState(new Term(7), Guid.NewGuid(), 1), error => saved = error);
        bench.Files.FreeSpace = 0;
        bench.Scheduler.RunAll();
        Assert.Null(saved);
        Assert.True(bench.Space.ReserveHeld < 4_000);

        // All by itself, and the reserve is whole again.
        bench.Files.FreeSpace = 100_000;
        NextSecond(bench);
        NextSecond(bench);
        Assert.Null(bench.StalledBy);
        Assert.Null(bench.Log.Shortage);
        Assert.Equal(16_000, bench.Space.ReserveHeld);
        Assert.Equal(bench.Log.LastLsn, bench.Flushed);
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), (int)bench.Flushed.Value);
    }

    [Fact]
    public void A_backlog_of_clients_records_eats_the_reserve()
    {
        var bench = Guarded(100_000);
        bench.Open().AppendFlushed(3);
        bench.Files.FreeSpace = 0;
        for (var i = 0; i < 250; i++)
            bench.AppendNumbered(1000);
        bench.Flush();
        Assert.NotNull(bench.StalledBy);
        Assert.Equal(16_000, bench.Space!.ReserveHeld);
        bench.Files.FreeSpace = 500_000;
        NextSecond(bench);
        Assert.Null(bench.StalledBy);
        Assert.Equal(new Lsn(253), bench.Flushed);
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_a_full_disk_meets_a_crash()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var bench = Guarded(random.Next(30_000));
            bench.Open();
            for (var i = random.Next(60); i >= 0; i--)
            {
                bench.AppendNumbered(random.Next(400));
                if (random.Next(3) == 0)
                    bench.Flush();
                if (random.Next(20) == 0)
                    bench.Files.FreeSpace += random.Next(3000);
                if (random.Next(8) == 0)
                    NextSecond(bench);
            }

            Assert.Null(bench.Failure);
            var acknowledged = bench.Flushed;
            var next = bench.Restart(seed, powerLoss: random.Next(2) == 0).Open();
            Assert.True(next.Log.LastLsn >= acknowledged);
        }
    }

    [Fact]
    public void A_node_whose_folder_is_full_or_read_only_cannot_start()
    {
        foreach (var failure in new[] { StorageFailure.NoSpace, StorageFailure.NotWritable })
        {
            var bench = new LogBench();
            bench.Files.Fault = operation => operation.Path.EndsWith(SpaceGuard.ReserveFileName, StringComparison.Ordinal)
                ? new StorageFailedException(failure, operation.Name, operation.Path)
                : null;
            bench.Files.FreeSpace = 100;
            using var guard = SpaceGuard.Open(LogBench.Root, Limits, bench.Environment);
            Assert.Equal(0, guard.ReserveHeld);
            Assert.Equal(StorageFailure.NoSpace, guard.Shortage!.Failure);
            Assert.False(guard.TryRelease(forState: true));
        }
    }

    [Fact]
    public void A_read_error_takes_more_than_the_one_read_down()
    {
        var bench = new LogBench { BufferBytes = 1 }.Open().AppendFlushed(200, 200);
        var error = new StorageFailedException(StorageFailure.Io, "read", "x", 5);
        bench.Files.Fault = operation => operation.Name == "read" ? error : null;
        Assert.Same(error, Assert.Throws<StorageFailedException>(() => bench.Log.ReadFromDisk(Lsn.None, 1000, out _)));
        Assert.Null(bench.Log.Failure);
        bench.AppendFlushed(1);
        Assert.Equal(new Lsn(201), bench.Flushed);
        bench.Files.Fault = null;
        Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(Lsn.None, 1000, out var slice));
        slice!.Dispose();
    }

    /// <summary>Full, read-only, quota, no descriptors: nothing was harmed, so nothing has to be reopened.</summary>
    [Theory]
    [InlineData(StorageFailure.NotWritable, 30)]
    [InlineData(StorageFailure.NotWritable, 13)]
    [InlineData(StorageFailure.NoSpace, 122)]
    [InlineData(StorageFailure.TooManyFiles, 24)]
    public void What_may_pass_poisons_the_shard_or_stops_the_reads(StorageFailure failure, int errno)
    {
        var bench = new LogBench { BufferBytes = 1 }.Open().AppendFlushed(200, 200);
        bench.Files.Fault = operation => operation.Name is "write" or "create" or "rename" or "truncate" or "delete"
            ? new StorageFailedException(failure, operation.Name, operation.Path, errno)
            : null;
        for (var i = 0; i < 30; i++)
            bench.AppendNumbered(200);
        bench.Flush();
        bench.Time.Advance(TimeSpan.FromSeconds(3));
        bench.Scheduler.RunAll();
        Assert.Null(bench.Failure);
        var stall = Assert.IsType<StorageFailedException>(bench.StalledBy);
        Assert.Equal((failure, errno), (stall.Failure, stall.Errno));
        Assert.Same(stall, bench.Log.Shortage);
        Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(Lsn.None, 1000, out var slice));
        slice!.Dispose();

        // While it stays so, an opening says what is wrong and changes nothing.
        var next = new LogBench(2, bench.Files.Fork(), bench.Time) { BootId = bench.BootId };
        next.Files.Fault = bench.Files.Fault;
        Assert.Equal(failure, Assert.Throws<StorageFailedException>(() => next.Open()).Failure);
        next.Files.Fault = null;
        Assert.InRange(next.Open().Log.LastLsn.Value, 200, 230);

        // Here it goes on by itself.
        bench.Files.Fault = null;
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
        Assert.Null(bench.StalledBy);
        Assert.Null(bench.Log.Shortage);
        Assert.Equal(new Lsn(230), bench.Flushed);
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), 230);
    }

    [Fact]
    public void Records_are_acknowledged_into_a_folder_that_was_deleted_under_the_process()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open().AppendFlushed(3);
        foreach (var name in bench.Files.ListFiles(LogBench.Folder))
            bench.Files.Delete(bench.PathOf(name));
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.AppendFlushed(1);
        var failure = Assert.IsType<StorageFailedException>(bench.Failure);
        Assert.Equal(StorageFailure.Missing, failure.Failure);
        Assert.Contains(LogBench.Folder, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_device_without_space_gives_an_untyped_error()
    {
        if (!File.Exists("/dev/full"))
            return;
        using var file = new PosixFileLayer().Open("/dev/full", FileOpening.Write);
        var error = Assert.Throws<StorageFailedException>(() => file.Write(0, "x"u8));
        Assert.Equal((StorageFailure.NoSpace, 28, "/dev/full"), (error.Failure, error.Errno, error.Path));
    }

    private static LogBench Guarded(long freeBytes)
    {
        var bench = new LogBench { SegmentBytes = 64 << 10 };
        bench.Files.FreeSpace = freeBytes + Limits.ReserveBytes;
        bench.Space = SpaceGuard.Open(LogBench.Root, Limits, bench.Environment);
        return bench;
    }

    private static ShardStore OpenStore(LogBench bench) => ShardStore.Open(new ShardStoreOptions
    {
        Log = new ShardLogOptions
        {
            Folder = LogBench.Folder,
            Shard = 0,
            ClusterId = LogBench.ClusterId,
            Environment = bench.Environment,
            Listener = bench,
        },
        Epochs = new EpochDomain(),
    });

    private static AppendResult Put(ShardStore store) => store.AppendPut(new Term(1), 0, SessionStamp.None, "k"u8, "v"u8);

    private static void NextSecond(LogBench bench)
    {
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
    }
}
