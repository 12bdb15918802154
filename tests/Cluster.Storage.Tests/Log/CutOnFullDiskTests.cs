using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>Cuts, releases and closes on a disk that takes nothing for now.</summary>
public sealed class CutOnFullDiskTests
{
    [Fact]
    public void A_cut_on_a_full_disk_poisons_the_shard()
    {
        var bench = Filled();
        bench.Files.FreeSpace = 0;
        Exception? result = null;
        var called = 0;
        bench.Log.CutAfter(new Lsn(25), error =>
        {
            result = error;
            called++;
        });
        bench.Scheduler.RunAll();

        // Not even the decision finds space: it waits, says so, and reads go on.
        Assert.Equal(0, called);
        Assert.Null(bench.Failure);
        Assert.Equal(StorageFailure.NoSpace, Assert.IsType<StorageFailedException>(bench.StalledBy).Failure);
        Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(Lsn.None, 1000, out var slice));
        slice!.Dispose();
        for (var i = 0; i < 5; i++)
            NextSecond(bench);
        Assert.Equal(0, called);

        bench.Files.FreeSpace = long.MaxValue;
        NextSecond(bench);
        Assert.Equal(1, called);
        Assert.Null(result);
        Assert.Null(bench.StalledBy);
        Assert.Contains("no space", Assert.Single(bench.Events.Unsaved), StringComparison.Ordinal);
        Assert.Empty(bench.Events.Tails);
        bench.ForgetFlushed();
        AssertCutAndAlive(bench, 25);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_reserve_is_no_help_to_a_cut(bool largeTail)
    {
        var limits = new SpaceLimits { LowBytes = 10_000, HighBytes = 20_000, ReserveBytes = 256_000 };
        var bench = new LogBench { SegmentBytes = 64 << 10 };
        bench.Files.FreeSpace = 2_000_000;
        bench.Space = SpaceGuard.Open(LogBench.Root, limits, bench.Environment);
        bench.Open();
        for (var i = 0; i < 30; i++)
            bench.AppendFlushed(2, largeTail ? 4000 : 40);
        bench.Files.FreeSpace = 0;
        Assert.Null(bench.Cut(new Lsn(25)));
        Assert.Null(bench.StalledBy);
        Assert.Equal(largeTail ? 0 : 1, bench.Events.Tails.Count);
        Assert.Equal(largeTail ? 1 : 0, bench.Events.Unsaved.Count);
        Assert.InRange(bench.Space.ReserveHeld, 1, 255_999);
        Assert.DoesNotContain(bench.Files.ListFiles(LogBench.Folder), name => largeTail && name.EndsWith(".tail", StringComparison.Ordinal));
        bench.Files.FreeSpace = long.MaxValue;
        AssertCutAndAlive(bench, 25);
    }

    [Fact]
    public void A_tail_that_cannot_be_read_keeps_a_replica_from_following_its_leader()
    {
        var bench = new LogBench { BufferBytes = 1 }.Open();
        for (var i = 0; i < 30; i++)
            bench.AppendFlushed(2, 400);
        // The place of the cut is readable, what follows is not.
        var inTail = false;
        bench.Files.Fault = operation =>
        {
            if (operation.Path.EndsWith(".tail", StringComparison.Ordinal))
                inTail = operation.Name != "delete";
            return inTail && operation.Name == "read" ? new StorageFailedException(StorageFailure.Io, "read", operation.Path, 5) : null;
        };
        Assert.Null(bench.Cut(new Lsn(25)));
        Assert.Contains("errno 5", Assert.Single(bench.Events.Unsaved), StringComparison.Ordinal);
        bench.Files.Fault = null;
        AssertCutAndAlive(bench, 25);
    }

    /// <summary>Every call that changes something is refused once, by each cause that may pass; then a power loss.</summary>
    [Theory]
    [InlineData(StorageFailure.NoSpace)]
    [InlineData(StorageFailure.NotWritable)]
    [InlineData(StorageFailure.TooManyFiles)]
    public void A_step_of_a_cut_that_was_refused_is_not_done_again(StorageFailure failure)
    {
        for (var refused = 0; ; refused++)
        {
            var bench = Filled();
            var call = 0;
            bench.Files.Fault = operation => operation.Name is "write" or "create" or "rename" or "truncate" or "delete" && call++ == refused
                ? new StorageFailedException(failure, operation.Name, operation.Path, 28)
                : null;
            Exception? result = new InvalidOperationException("not called");
            bench.Log.CutAfter(new Lsn(25), error => result = error);
            bench.Scheduler.RunAll();
            NextSecond(bench);
            Assert.True(result is null && bench.Failure is null && bench.StalledBy is null, $"call {refused}: {result}, {bench.Failure}");
            Assert.Equal(1, bench.Events.Tails.Count + bench.Events.Unsaved.Count);
            bench.ForgetFlushed();
            bench.Files.Fault = null;
            AssertCutAndAlive(bench, 25);
            if (call <= refused)
                break;
        }
    }

    [Fact]
    public void A_crash_while_a_cut_waits_for_space_leaves_half_a_cut()
    {
        for (var refused = 0; ; refused++)
        {
            var bench = Filled();
            var call = 0;
            bench.Files.Fault = operation => operation.Name is "write" or "create" or "rename" or "truncate" or "delete" && call++ >= refused
                ? new StorageFailedException(StorageFailure.NoSpace, operation.Name, operation.Path, 28)
                : null;
            var done = false;
            bench.Log.CutAfter(new Lsn(25), _ => done = true);
            bench.Scheduler.RunAll();
            NextSecond(bench);
            bench.Files.Fault = null;
            var finished = done;
            var next = bench.Restart(refused, powerLoss: true).Open();
            Assert.True(next.Log.LastLsn.Value is 25 or 60, $"call {refused}: {next.Log.LastLsn}");
            RoundTripTests.AssertNumbered(next, (int)next.Log.LastLsn.Value);
            if (finished)
            {
                Assert.Equal(new Lsn(25), next.Log.LastLsn);
                break;
            }
        }
    }

    [Fact]
    public void A_log_cannot_be_closed_while_a_cut_waits_for_space()
    {
        var bench = Filled();
        bench.Files.FreeSpace = 0;
        Exception? cut = null, closed = new InvalidOperationException("not called");
        bench.Log.CutAfter(new Lsn(25), error => cut = error);
        bench.Scheduler.RunAll();
        bench.Log.Close(error => closed = error);
        bench.Scheduler.RunAll();
        Assert.Equal(StorageFailure.NoSpace, Assert.IsType<StorageFailedException>(cut).Failure);
        // Nothing was changed, so this is a clean end.
        Assert.Null(closed);
        bench.Files.FreeSpace = long.MaxValue;
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: false).Open(), 60);
    }

    [Fact]
    public void A_release_waits_for_the_space_that_it_would_make()
    {
        var bench = new LogBench { SegmentBytes = 4096 }.Open().AppendFlushed(300);
        Assert.True(bench.SegmentFiles.Count > 4);
        bench.Files.FreeSpace = 0;
        for (var i = 0; i < 60; i++)
            bench.AppendNumbered(200);
        bench.Flush();
        Assert.NotNull(bench.StalledBy);
        var flushed = bench.Flushed;

        Exception? late = new InvalidOperationException("not called");
        bench.Log.ReleaseBelow(new Lsn(150), error => late = error);
        bench.Scheduler.RunAll();
        Assert.IsType<InvalidOperationException>(late);
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(200), done, atOnce: true)));
        Assert.True(bench.Log.FirstLsn > new Lsn(100));
        Assert.Equal(flushed, bench.Flushed);

        bench.Files.FreeSpace = long.MaxValue;
        NextSecond(bench);
        Assert.Null(late);
        Assert.Equal(new Lsn(360), bench.Flushed);
    }

    /// <summary>The round has taken its batches when more records are appended and a command arrives: it does not belong to this round.</summary>
    [Theory]
    [InlineData("cut")]
    [InlineData("close")]
    [InlineData("release")]
    public void A_command_in_the_middle_of_a_round_runs_before_the_records_that_it_comes_after_are_in_files(string command)
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(60);
        bench.AppendNumbered();
        bench.Log.RequestFlush();
        bench.Scheduler.Write();
        for (var i = 0; i < 5; i++)
            bench.AppendNumbered();
        bench.Log.RequestFlush();
        Exception? result = new InvalidOperationException("not called");
        if (command == "cut")
            bench.Log.CutAfter(new Lsn(40), error => result = error);
        else if (command == "close")
            bench.Log.Close(error => result = error);
        else
            bench.Log.ReleaseBelow(new Lsn(30), error => result = error);
        bench.Scheduler.Sync();
        Assert.IsType<InvalidOperationException>(result);
        Assert.Equal(new Lsn(61), bench.Flushed);
        bench.Scheduler.RunAll();
        Assert.Null(result);
        Assert.Null(bench.Failure);
        Assert.Equal(new Lsn(66), bench.Flushed);
        if (command == "release")
            Assert.True(bench.Log.FirstLsn > Lsn.First);
        else
            RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), command == "cut" ? 40 : 66);
    }

    [Fact]
    public void A_release_that_is_refused_poisons_the_shard()
    {
        var bench = new LogBench { SegmentBytes = 4096 }.Open().AppendFlushed(300);
        var first = bench.Log.FirstLsn;
        bench.Files.Fault = operation => operation.Name == "delete" ? new StorageFailedException(StorageFailure.NotWritable, "delete", operation.Path, 30) : null;
        Assert.Equal(StorageFailure.NotWritable, Assert.IsType<StorageFailedException>(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(200), done))).Failure);
        Assert.Null(bench.Failure);
        Assert.Equal(first, bench.Log.FirstLsn);
        bench.Files.Fault = null;
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(200), done)));
        Assert.True(bench.Log.FirstLsn > first);
    }

    [Fact]
    public void A_state_that_cannot_be_noted_for_now_poisons_the_shard()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open().AppendFlushed(5);
        bench.Files.Fault = operation => operation.Name == "write" && operation.Path.EndsWith(ShardStateFile.FileName, StringComparison.Ordinal)
            ? new StorageFailedException(StorageFailure.NotWritable, "write", operation.Path, 30)
            : null;
        NextSecond(bench);
        NextSecond(bench);
        Assert.Null(bench.Failure);
        bench.Files.Fault = null;
        NextSecond(bench);
        NextSecond(bench);
        Assert.Equal(new Lsn(5), ShardStateFile.Peek(bench.Files, LogBench.Folder).Synced);
    }

    private static LogBench Filled()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open();
        for (var i = 0; i < 30; i++)
            bench.AppendFlushed(2);
        return bench;
    }

    private static void AssertCutAndAlive(LogBench bench, int keep)
    {
        Assert.Equal(new Lsn(keep), bench.Log.LastLsn);
        bench.Term = new Term(7);
        bench.AppendFlushed(20);
        RoundTripTests.AssertNumbered(bench.Restart(1, powerLoss: true).Open(), keep + 20);
    }

    private static void NextSecond(LogBench bench)
    {
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        bench.Scheduler.RunAll();
    }
}
