using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Repair;

public sealed class LogRepairTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_repaired_replica_votes_with_what_it_lost_or_nothing_is_kept_of_what_was_removed(bool acceptLoss)
    {
        var bench = RepairBench.Keys(seed: 1);
        bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[2]), 8 * 1000);
        var before = RepairBench.Content(bench);
        var damage = LogVerifier.Verify(bench.Files, LogBench.Folder).Damage!;
        Assert.Throws<WalCorruptException>(() => bench.Open());

        var report = LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss);
        Assert.Equal(damage.Lsn - 1, report.Kept);
        Assert.Equal(damage.Lsn, report.LostFrom);
        Assert.Equal(new Lsn(RepairBench.Records), report.LostThrough);
        Assert.Equal(acceptLoss, report.Counts);
        foreach (var copied in RepairBench.Content(bench, report.CopyFolder!))
            Assert.Contains(copied, before);
        foreach (var gone in before.Except(RepairBench.Content(bench)))
            Assert.Contains(gone, RepairBench.Content(bench, report.CopyFolder!));

        bench.Open();
        Assert.True(RepairBench.IsWhole(bench, report.Kept));
        Assert.Equal(!acceptLoss, bench.Log.Recovery.MayHaveLostAcknowledged);
        for (var i = 0; i < 5; i++)
            RepairBench.Append(bench, i);
        bench.Flush();
        Assert.Null(bench.Close());
        var after = LogVerifier.Verify(bench.Files, LogBench.Folder, null, default);
        Assert.Equal(report.Kept + 5, bench.Log.LastLsn);
        Assert.Null(after.Damage);
    }

    [Fact]
    public void A_whole_log_is_changed_by_a_repair()
    {
        var bench = RepairBench.Keys(seed: 2);
        var before = RepairBench.Content(bench);
        var report = LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: true);
        Assert.Null(report.CopyFolder);
        Assert.Equal(before, RepairBench.Content(bench));
        Assert.True(report.Counts);
    }

    [Fact]
    public void An_interrupted_repair_has_changed_something()
    {
        var bench = RepairBench.Keys(seed: 4);
        bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[2]), 8 * 1000);
        var before = RepairBench.Content(bench);
        using var source = new CancellationTokenSource();
        var seen = 0L;
        Assert.Throws<OperationCanceledException>(() => LogRepair.Run(
            bench.Environment,
            LogBench.Folder,
            acceptLoss: false,
            (done, total) =>
            {
                Assert.True(done >= seen && done <= total);
                seen = done;
                source.Cancel();
            },
            source.Token));
        Assert.True(seen > 0);
        Assert.Equal(before, RepairBench.Content(bench));
        Assert.NotNull(LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: false).CopyFolder);
    }

    [Fact]
    public void A_folder_whose_data_files_nobody_can_name_is_repaired()
    {
        var bench = RepairBench.Keys(seed: 5);
        using (var file = bench.Files.Open(bench.PathOf(ShardManifestFile.FileName), Files.FileOpening.Create))
            file.Write(0, new byte[100]);
        var before = RepairBench.Content(bench);
        var found = LogVerifier.Verify(bench.Files, LogBench.Folder);
        Assert.False(found.Opens);
        Assert.Contains(ShardManifestFile.FileName, found.ManifestDamage!, StringComparison.Ordinal);
        Assert.Contains("new incarnation", Assert.Throws<LogRepairException>(() => LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: true)).Message, StringComparison.Ordinal);
        Assert.Equal(before, RepairBench.Content(bench));
    }

    [Fact]
    public void A_missing_segment_cannot_be_repaired()
    {
        var bench = RepairBench.Keys(seed: 3);
        Assert.True(SegmentName.TryParse(bench.SegmentFiles[2], out var missing));
        bench.Files.Delete(bench.PathOf(bench.SegmentFiles[2]));
        var report = LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: false);
        Assert.Equal(missing.First, report.LostFrom);
        Assert.True(RepairBench.IsWhole(bench.Open(), missing.First - 1));
        Assert.True(bench.Log.Recovery.MayHaveLostAcknowledged);
    }

    [Fact]
    public void A_state_file_that_cannot_be_read_takes_the_log_with_it()
    {
        foreach (var missing in new[] { true, false })
        {
            var bench = RepairBench.Keys(seed: 4);
            var path = bench.PathOf("shard.state");
            if (missing)
                bench.Files.Delete(path);
            else
                Flip(bench, path, 20 * 8, (4096 + 20) * 8);
            var report = LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: false);
            Assert.True(report.StateRebuilt);
            Assert.True(RepairBench.IsWhole(bench.Open(), new Lsn(RepairBench.Records)));
            Assert.True(bench.Log.Recovery.MayHaveLostAcknowledged);
        }
    }

    [Fact]
    public void A_repair_that_could_keep_nothing_removes_everything()
    {
        var bench = RepairBench.Keys(seed: 5);
        bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[0]), 50 * 8);
        var before = RepairBench.Content(bench);
        Assert.Contains("Move the folder away", Assert.Throws<LogRepairException>(() => LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: true)).Message, StringComparison.Ordinal);
        Assert.Equal(before, RepairBench.Content(bench));
    }

    [Fact]
    public void A_crash_during_a_repair_leaves_a_replica_that_counts_without_its_records()
    {
        var points = new HashSet<string>();
        for (var call = 0; ; call++)
        {
            var bench = RepairBench.Keys(seed: 6, powerLoss: true);
            bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[2]), 8 * 1000);
            if (call % 3 == 0)
                Flip(bench, bench.PathOf("shard.state"), 20 * 8, (4096 + 20) * 8);
            var kept = LogVerifier.Verify(bench.Files, LogBench.Folder).Damage!.Lsn - 1;
            bench.Files.CrashAfter = call;
            try
            {
                LogRepair.Run(bench.Environment, LogBench.Folder, acceptLoss: false);
                points.UnionWith(bench.CrashPoints.Seen);
                if (call % 3 == 0)
                    break;
            }
            catch (SimulatedCrashException)
            {
            }

            points.UnionWith(bench.CrashPoints.Seen);
            var next = bench.Restart(call, powerLoss: true);
            LogRepair.Run(next.Environment, LogBench.Folder, acceptLoss: false);
            next.Open();
            Assert.True(RepairBench.IsWhole(next, kept), $"after {call} calls");
            Assert.True(next.Log.Recovery.MayHaveLostAcknowledged, $"after {call} calls");
        }

        Assert.Superset(new HashSet<string> { "repair.copied", "repair.state-rebuilt", "repair.marked", "repair.done" }, points);
    }

    private static void Flip(LogBench bench, string path, params long[] bits)
    {
        foreach (var bit in bits)
            bench.Files.FlipBit(path, bit);
    }
}
