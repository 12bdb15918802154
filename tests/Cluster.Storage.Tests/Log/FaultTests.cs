using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class FaultTests
{
    [Fact]
    public void A_failed_sync_is_repeated_and_believed()
    {
        var bench = new LogBench().Open().AppendFlushed(3);
        FailOnce(bench, "sync", new StorageFailedException(StorageFailure.Io, "sync", "x", 5));
        bench.AppendNumbered();
        bench.Flush();
        Assert.Equal(new Lsn(3), bench.Flushed);
        Assert.Equal(StorageFailure.Io, Assert.IsType<StorageFailedException>(bench.Failure).Failure);
        var syncs = bench.Files.SyncCount;
        var refused = Assert.Throws<StorageFailedException>(() => bench.AppendNumbered());
        Assert.Equal(StorageFailure.Poisoned, refused.Failure);
        bench.Flush();
        Assert.Equal(syncs, bench.Files.SyncCount);
        Assert.Equal(StorageFailure.Poisoned, Assert.IsType<StorageFailedException>(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(2), done))).Failure);
        Assert.NotNull(bench.Close());
    }

    [Theory]
    [InlineData(StorageFailure.Io)]
    [InlineData(StorageFailure.ShortWrite)]
    [InlineData(StorageFailure.Missing)]
    public void A_failed_write_is_ignored_and_readers_get_what_never_becomes_durable(StorageFailure failure)
    {
        var bench = new LogBench().Open().AppendFlushed(3);
        FailOnce(bench, "write", new StorageFailedException(failure, "write", "x"));
        bench.AppendNumbered();
        bench.Flush();
        Assert.Equal(new Lsn(3), bench.Flushed);
        Assert.Equal(failure, Assert.IsType<StorageFailedException>(bench.Log.Failure).Failure);
    }

    [Fact]
    public void Records_behind_a_failed_sync_are_counted_after_a_restart_though_the_disk_never_got_them()
    {
        foreach (var marked in new[] { true, false })
        {
            var bench = new LogBench { SegmentBytes = 1 << 20 };
            bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
            bench.Open().AppendFlushed(3);
            bench.Time.Advance(TimeSpan.FromSeconds(2));
            bench.Scheduler.RunAll();
            FailOnce(bench, "sync", new StorageFailedException(StorageFailure.Io, "sync", "x", 5));
            bench.AppendNumbered(700);
            bench.AppendNumbered(700);
            bench.Log.RequestFlush();
            bench.Scheduler.RunRound();
            Assert.NotNull(bench.Failure);
            if (marked)
                bench.Scheduler.RunAll();

            // The process restarts; the page cache still shows the records. Whoever just syncs the file again loses them.
            var next = bench.Restart(1, powerLoss: false);
            next.NodeState = NodeStateFile.Open(LogBench.Root, next.Environment, Guid.NewGuid());
            Assert.Equal(marked, next.NodeState.IsPoisoned(0));
            next.Open();
            next.Scheduler.RunAll();
            RoundTripTests.AssertNumbered(next, 5);
            Assert.Equal([new Lsn(4)], next.Events.Copied);
            Assert.False(next.NodeState.IsPoisoned(0));
            RoundTripTests.AssertNumbered(next.Restart(2, powerLoss: true).Open(), 5);
        }
    }

    /// <summary>Reopened by the process that met the failure: what was in doubt is written anew, and nothing that was acknowledged is missing.</summary>
    [Theory]
    [InlineData("sync", true)]
    [InlineData("sync", false)]
    [InlineData("write", true)]
    public void A_poisoned_shard_needs_a_new_process(string operation, bool marked)
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 };
        if (marked)
            bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
        bench.Open().AppendFlushed(3);
        FailOnce(bench, operation, new StorageFailedException(StorageFailure.Io, operation, "x", 5));
        bench.AppendFlushed(2, 700);
        Assert.NotNull(bench.Failure);
        Assert.Equal(new Lsn(3), bench.Flushed);
        Assert.NotNull(bench.Close());

        bench.Open();
        var last = (int)bench.Log.LastLsn.Value;
        Assert.InRange(last, 3, 5);
        Assert.Null(bench.Log.Failure);
        Assert.Equal(operation == "sync" ? 5 : last, last);
        RoundTripTests.AssertNumbered(bench, last);
        bench.AppendFlushed(4);
        Assert.Equal(new Lsn(last + 4), bench.Flushed);
        bench.Scheduler.RunAll();
        Assert.NotEqual(true, bench.NodeState?.IsPoisoned(0));
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), last + 4);
    }

    [Fact]
    public void An_opening_after_an_unclean_end_reads_and_copies_the_whole_log_again()
    {
        var bench = new LogBench().Open().AppendFlushed(300);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        bench.AppendFlushed(2);
        bench.AppendFlushed(5);
        var next = bench.Restart(1, powerLoss: false);
        var opened = new List<string>();
        next.Files.Fault = operation =>
        {
            if (operation.Name == "open" && operation.Path.Contains("/wal-", StringComparison.Ordinal))
                opened.Add(operation.Path);
            return null;
        };
        next.Open();
        RoundTripTests.AssertNumbered(next, 307);
        Assert.Equal([new Lsn(303)], next.Events.Copied);
        // The one that was shortened for the copy was opened for that once more.
        Assert.Equal(1, opened.Count - opened.Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Records_are_copied_again_though_a_clean_close_or_another_boot_answers_for_them(bool powerLoss)
    {
        var bench = new LogBench().Open().AppendFlushed(30);
        if (!powerLoss)
            Assert.Null(bench.Close());
        var next = bench.Restart(1, powerLoss).Open();
        RoundTripTests.AssertNumbered(next, 30);
        Assert.Empty(next.Events.Copied);
    }

    [Fact]
    public void A_crash_while_doubtful_records_are_copied_loses_them()
    {
        for (var call = 0; ; call++)
        {
            var bench = new LogBench { SegmentBytes = 1 << 20 };
            bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
            bench.Open().AppendFlushed(3);
            bench.NodeState.SavePoisoned(0, true, _ => { });
            bench.Scheduler.RunAll();
            bench.AppendFlushed(4);
            var next = bench.Restart(1, powerLoss: false);
            next.NodeState = NodeStateFile.Open(LogBench.Root, next.Environment, Guid.NewGuid());
            next.Files.CrashAfter = call;
            try
            {
                next.Open();
                break;
            }
            catch (SimulatedCrashException)
            {
            }

            var last = next.Restart(call, powerLoss: true);
            last.NodeState = NodeStateFile.Open(LogBench.Root, last.Environment, Guid.NewGuid());
            RoundTripTests.AssertNumbered(last.Open(), 7);
        }
    }

    [Fact]
    public void A_full_disk_poisons_the_shard_for_ever()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(3);
        bench.Files.FreeSpace = 2000;
        for (var i = 0; i < 60; i++)
        {
            bench.AppendNumbered();
            bench.Flush();
        }

        Assert.Null(bench.Failure);
        Assert.Equal(StorageFailure.NoSpace, Assert.IsType<StorageFailedException>(bench.StalledBy).Failure);
        Assert.Equal(StorageFailure.NoSpace, Assert.IsType<StorageFailedException>(bench.Log.Stall).Failure);
        Assert.True(bench.Flushed < bench.Log.LastLsn);
        Assert.Equal(LogReadOutcome.Records, bench.Log.TryRead(bench.Flushed, 10_000, out var slice));
        slice!.Dispose();

        bench.Files.FreeSpace = long.MaxValue;
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
        Assert.Null(bench.StalledBy);
        Assert.Null(bench.Log.Stall);
        Assert.Equal(new Lsn(63), bench.Flushed);
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), 63);
    }

    [Fact]
    public void A_log_on_a_full_disk_cannot_be_closed()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(3);
        bench.Files.FreeSpace = 0;
        for (var i = 0; i < 30; i++)
            bench.AppendNumbered();
        bench.Flush();
        Assert.NotNull(bench.Close());
        bench.Files.FreeSpace = long.MaxValue;
        var next = bench.Restart(1, powerLoss: false).Open();
        Assert.InRange(next.Log.LastLsn.Value, 3, 33);
    }

    [Fact]
    public void Records_that_wait_for_the_disk_take_memory_without_bound()
    {
        var bench = new LogBench { UnflushedBytesMax = 10_000, SegmentBytes = 1 << 20 }.Open();
        while (bench.Log.HasRoom)
            bench.AppendNumbered(100);
        var refused = Assert.Throws<StorageFailedException>(() =>
        {
            for (var i = 0; i < 1000; i++)
                bench.AppendNumbered(100);
        });
        Assert.Equal(StorageFailure.Overloaded, refused.Failure);
        bench.Flush();
        Assert.True(bench.Log.HasRoom);
        bench.AppendFlushed(1);
    }

    [Fact]
    public void A_read_error_on_open_is_taken_for_an_empty_log()
    {
        var bench = new LogBench().Open().AppendFlushed(30);
        var next = bench.Restart(1, powerLoss: false);
        next.Files.Fault = operation => operation.Name == "read" && operation.Path.EndsWith(".open", StringComparison.Ordinal)
            ? new StorageFailedException(StorageFailure.Io, "read", operation.Path, 5)
            : null;
        Assert.Throws<StorageFailedException>(() => next.Open());
    }

    [Fact]
    public void An_attempt_to_open_that_fails_while_it_copies_leaves_the_copy_behind()
    {
        var bench = new LogBench().Open().AppendFlushed(300);
        var next = bench.Restart(1, powerLoss: false);
        var before = next.SegmentFiles;
        next.Files.Fault = static operation => operation.Name == "write" && operation.Path.EndsWith(".tmp", StringComparison.Ordinal)
            ? new StorageFailedException(StorageFailure.NoSpace, "write", operation.Path, 28)
            : null;
        Assert.Equal(StorageFailure.NoSpace, Assert.Throws<StorageFailedException>(() => next.Open()).Failure);
        Assert.Equal(before, next.SegmentFiles);
        Assert.DoesNotContain(next.Files.ListFiles(LogBench.Folder), static name => name.EndsWith(".tmp", StringComparison.Ordinal));
        next.Files.Fault = null;
        RoundTripTests.AssertNumbered(next.Open(), 300);
    }

    private static void FailOnce(LogBench bench, string operation, Exception error)
    {
        var armed = true;
        bench.Files.Fault = call =>
        {
            if (!armed || call.Name != operation || !call.Path.EndsWith(".open", StringComparison.Ordinal))
                return null;
            armed = false;
            return error;
        };
    }
}
