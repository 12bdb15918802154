using Cluster.Storage.Log;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Ancestors;

/// <summary>
/// What the stores that this one learned from get wrong, where no other test says it: damage in the middle of a log is in
/// TornTailOrCorruptionTests, state files that read as empty in State, failures that nobody hears of in FaultTests, names of other shards in FolderAndModeTests.
/// </summary>
public sealed class StorageWeakPointTests
{
    [Fact]
    public void Pruning_rewrites_what_stays()
    {
        var bench = Filled();
        var kept = bench.SegmentFiles.Skip(4).ToList();
        var before = kept.Select(name => Convert.ToHexString(bench.Files.ReadAll(bench.PathOf(name)))).ToList();
        var calls = Calls(bench);
        SegmentName.TryParse(kept[0], out var oldest);
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(oldest.First, done)));
        Assert.Equal(kept, bench.SegmentFiles);
        Assert.Equal(oldest.First, bench.Log.FirstLsn);
        Assert.DoesNotContain(calls, static call => call.Name is "write" or "read" or "create" or "truncate");
        Assert.Equal(before, kept.Select(name => Convert.ToHexString(bench.Files.ReadAll(bench.PathOf(name)))));
    }

    [Fact]
    public void A_few_records_cost_everything_behind_their_position()
    {
        var bench = Filled();
        Assert.True(bench.SegmentFiles.Count > 10);
        var calls = Calls(bench);
        Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(new Lsn(3), 100, out var slice));
        using (slice)
            Assert.Equal(new Lsn(4), slice!.First);
        Assert.Single(calls.Where(static call => call.Name == "read").Select(static call => call.Path).Distinct());
    }

    [Fact]
    public void An_append_reads_or_rewrites_what_is_there()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open().AppendFlushed(500);
        var calls = Calls(bench);
        for (var i = 0; i < 50; i++)
            bench.AppendFlushed(1);
        Assert.DoesNotContain(calls, static call => call.Name is "read" or "rename" or "create" or "truncate");
        Assert.All(calls.Where(static call => call.Name == "write"), call => Assert.EndsWith(call.Path.EndsWith(".state", StringComparison.Ordinal) ? ".state" : ".open", call.Path, StringComparison.Ordinal));
        Assert.InRange(calls.Count(static call => call.Name == "sync"), 50, 55);
    }

    [Fact]
    public void The_memory_for_recent_records_is_bounded_in_name_only()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20, BufferBytes = 128 << 10 }.Open();
        for (var i = 0; i < 200; i++)
            bench.AppendFlushed(10, 1000);
        var oldest = bench.Log.LastLsn;
        while (oldest > Lsn.First && bench.Log.TryRead(oldest - 1, 100, out var slice) == LogReadOutcome.Records)
        {
            slice!.Dispose();
            oldest -= 1;
        }

        // The bound, and one chunk that it may cut in the middle.
        Assert.InRange((bench.Log.LastLsn - oldest) * 1032, 64 << 10, (128 << 10) + (256 << 10));
        Assert.Equal(LogReadOutcome.NotInBuffer, bench.Log.TryRead(Lsn.None, 100, out _));
    }

    [Fact]
    public void What_is_acknowledged_is_synced_only_if_somebody_asks_for_it()
    {
        var bench = new LogBench();
        var options = new ShardLogOptions { Folder = LogBench.Folder, Shard = 0, ClusterId = LogBench.ClusterId, Environment = bench.Environment, Listener = bench };
        Assert.Equal(FsyncMode.Always, options.Fsync);
    }

    [Fact]
    public void A_release_of_everything_takes_the_file_that_is_written()
    {
        var bench = Filled();
        bench.AppendFlushed(1);
        var active = bench.SegmentFiles.Single(static name => name.EndsWith(".open", StringComparison.Ordinal));
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(new Lsn(long.MaxValue), done)));
        Assert.Contains(active, bench.SegmentFiles);
        var last = bench.Log.LastLsn;
        bench.AppendFlushed(3);
        Assert.Equal(last + 3, bench.Restart(1, powerLoss: true).Open().Log.LastLsn);
    }

    [Fact]
    public void A_file_name_does_not_tell_which_records_the_file_holds()
    {
        var bench = Filled();
        var next = Lsn.First;
        foreach (var file in bench.SegmentFiles)
        {
            Assert.True(SegmentName.TryParse(file, out var name));
            Assert.Equal(file, name.ToString());
            Assert.Equal(next, name.First);
            if (!name.IsSealed)
                continue;
            Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(name.Last - 1, 1, out var slice));
            using (slice)
                Assert.Equal(name.Last, slice!.Last);
            next = name.Last.Next;
        }
    }

    private static LogBench Filled()
    {
        var bench = new LogBench { SegmentBytes = 1000, BufferBytes = 64 << 10 }.Open();
        for (var i = 0; i < 100; i++)
            bench.AppendFlushed(2);
        return bench;
    }

    private static List<FileOperation> Calls(LogBench bench)
    {
        var calls = new List<FileOperation>();
        bench.Files.Fault = operation =>
        {
            calls.Add(operation);
            return null;
        };
        return calls;
    }
}
