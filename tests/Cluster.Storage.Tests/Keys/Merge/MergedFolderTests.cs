using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Merge;

/// <summary>What the opening, verify and repair make of a folder with merged data.</summary>
public class MergedFolderTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_merged_shard_opens_as_something_else_than_it_was(bool release, bool hints)
    {
        for (var seed = 1; seed < 6; seed++)
        {
            using var bench = MergeBench.Merged(seed, release);
            Assert.NotEmpty(MergeBench.DataFiles(bench));
            Assert.Equal(release, bench.Store.FirstLsn > Lsn.First);
            var before = bench.Describe();
            var manifest = ShardManifestCodec.Encode(bench.Store.Manifest!);
            bench.Close();
            var found = LogVerifier.Verify(bench.Bench.Files, LogBench.Folder);
            Assert.True(found.Opens, found.ManifestDamage ?? found.Damage?.ToString());
            Assert.Empty(found.Leftovers);
            Assert.Equal(bench.Store.Manifest!.Files.Count, found.DataFiles.Count);
            using var again = bench.Restart().Open(hints);
            Assert.Equal(before, again.Describe());
            Assert.Equal(manifest, ShardManifestCodec.Encode(again.Store.Manifest!));
        }
    }

    [Fact]
    public void A_missing_file_of_a_merged_shard_opens_as_an_empty_one()
    {
        using var bench = MergeBench.Merged().Close();
        var before = bench.Bench.Files.ListFiles(LogBench.Folder).Order(StringComparer.Ordinal).ToArray();
        foreach (var name in before)
        {
            // A segment that is wholly merged may have been released as well.
            var mayBeMissing = SegmentName.TryParse(name, out var segment) && segment.IsSealed && segment.Last <= bench.Store.Manifest!.MergedThrough;
            if (mayBeMissing || name.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal))
                continue;
            using var without = new HintBench(new LogBench(2, bench.Bench.Files.Fork(), bench.Bench.Time) { SegmentBytes = 6000 });
            without.Bench.Files.Delete(Path.Combine(LogBench.Folder, name));
            Assert.ThrowsAny<StorageException>(() => without.Open());
            Assert.False(LogVerifier.Verify(without.Bench.Files, LogBench.Folder).Opens, name);
            Assert.Equal(before.Where(other => other != name), without.Bench.Files.ListFiles(LogBench.Folder).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_flipped_bit_in_manifest_or_data_files_is_found_by_nobody()
    {
        using var bench = MergeBench.Merged().Close();
        var random = new Random(3);
        foreach (var name in MergeBench.DataFiles(bench).Append(ShardManifestFile.FileName))
        {
            var path = Path.Combine(LogBench.Folder, name);
            var bits = 8L * bench.Bench.Files.ReadAll(path).Length;
            for (var i = 0; i < 150; i++)
            {
                var bit = random.NextInt64(bits);
                bench.Bench.Files.FlipBit(path, bit);
                Assert.NotNull(LogVerifier.Verify(bench.Bench.Files, LogBench.Folder).ManifestDamage);
                Assert.False(StorageDump.Write(bench.Bench.Files, path, TextWriter.Null, records: true) && name == ShardManifestFile.FileName);
                bench.Bench.Files.FlipBit(path, bit);
            }
        }
    }

    [Fact]
    public void Damage_in_an_index_or_in_the_manifest_is_opened()
    {
        using var bench = MergeBench.Merged().Close();
        var before = bench.Bench.Files.ListFiles(LogBench.Folder).Order().ToArray();
        foreach (var (name, bit) in MergeBench.DataFiles(bench).Select(static name => (name, 8L * 150)).Append((ShardManifestFile.FileName, 8L * 60)))
        {
            using var damaged = new HintBench(new LogBench(2, bench.Bench.Files.Fork(), bench.Bench.Time) { SegmentBytes = 6000 });
            damaged.Bench.Files.FlipBit(Path.Combine(LogBench.Folder, name), bit);
            var error = Assert.ThrowsAny<StorageException>(() => damaged.Open());
            Assert.True(error is StateFileException or WalCorruptException && error.Message.Contains(name, StringComparison.Ordinal));
            // Fails closed: nothing was deleted.
            Assert.Equal(before, damaged.Bench.Files.ListFiles(LogBench.Folder).Order());
        }
    }

    [Fact]
    public void A_log_that_ends_below_what_the_merge_regarded_is_taken_for_a_torn_one()
    {
        using var bench = MergeBench.Merged(release: false).Close();
        var manifest = bench.Store.Manifest!;
        foreach (var other in new[] { manifest with { RegardedCommit = bench.Store.LastLsn + 5 }, manifest with { Digest = manifest.Digest ^ 1 } })
        {
            using var again = new HintBench(new LogBench(2, bench.Bench.Files.Fork(), bench.Bench.Time) { SegmentBytes = 6000 });
            ShardManifestFile.Write(again.Bench.Files, LogBench.Folder, other);
            Assert.Throws<WalCorruptException>(() => again.Open());
            Assert.False(LogVerifier.Verify(again.Bench.Files, LogBench.Folder).Opens);
        }
    }

    [Fact]
    public void Files_that_no_manifest_names_stay_for_ever()
    {
        using var bench = MergeBench.Merged().Close();
        var stray = Path.Combine(LogBench.Folder, "data-0000000000000001-0000000000000002-00000000000000ff.dat");
        bench.Bench.Files.Open(stray, FileOpening.Create).Dispose();
        bench.Bench.Files.Open(Path.Combine(LogBench.Folder, "data-00000000000000ee.tmp"), FileOpening.Create).Dispose();
        var expected = bench.Store.Manifest!.Files.Select(static file => file.Name).Order(StringComparer.Ordinal);
        using var again = bench.Restart().Open();
        Assert.Equal(expected, MergeBench.DataFiles(again));
        Assert.DoesNotContain(again.Bench.Files.ListFiles(LogBench.Folder), static name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Repair_keeps_a_log_that_the_manifest_then_refuses()
    {
        using var bench = MergeBench.Merged(release: false).Close();
        var last = bench.Store.LastLsn;
        var open = bench.Bench.Files.ListFiles(LogBench.Folder).Single(static name => name.EndsWith(SegmentName.OpenSuffix, StringComparison.Ordinal));
        // In the last batches, which the manifest knows as committed and synced.
        bench.Bench.Files.FlipBit(Path.Combine(LogBench.Folder, open), 8L * (SegmentHeader.Bytes + 80));
        Assert.Throws<WalCorruptException>(() => bench.Restart().Open());
        using var repaired = bench.Restart();
        var report = LogRepair.Run(repaired.Bench.Environment, LogBench.Folder, acceptLoss: true);
        Assert.True(report.Kept < last);
        repaired.Open();
        Assert.Equal(report.Kept, repaired.Store.LastLsn);
    }

    [Fact]
    public void A_cancelled_opening_goes_on_through_the_data_files()
    {
        using var bench = MergeBench.Merged().Close();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var restarted = bench.Restart().Bench;
        Assert.Throws<OperationCanceledException>(() => ShardStore.Open(new ShardStoreOptions
        {
            Log = new ShardLogOptions
            {
                Folder = LogBench.Folder,
                Shard = 0,
                ClusterId = LogBench.ClusterId,
                Environment = restarted.Environment,
                Listener = restarted,
                OpeningCancelled = cancelled.Token,
            },
        }));
    }
}
