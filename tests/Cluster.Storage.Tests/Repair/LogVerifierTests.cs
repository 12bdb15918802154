using Cluster.Storage.Log;
using Cluster.Storage.Repair;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Repair;

public sealed class LogVerifierTests
{
    [Fact]
    public void What_verify_says_is_not_what_an_opening_does()
    {
        var random = new Random(4711);
        int damaged = 0, torn = 0;
        for (var i = 0; i < 300; i++)
        {
            var bench = RepairBench.Keys(seed: i);
            RepairBench.FlipAnyBit(bench, random);
            var before = RepairBench.Content(bench);
            var found = LogVerifier.Verify(bench.Files, LogBench.Folder);
            Assert.Equal(before, RepairBench.Content(bench));
            if (found.StateDamage is not null)
            {
                Assert.Throws<StateFileException>(() => bench.Open());
                continue;
            }

            try
            {
                bench.Open();
                Assert.True(found.Opens);
                Assert.Equal(found.Last, bench.Log.LastLsn);
                Assert.Equal(found.Damage?.Lsn ?? Lsn.None, bench.Log.Recovery.TornFrom);
                Assert.Equal(found.Commit, bench.Log.Recovery.CommitLsn);
                torn += found.Damage is null ? 0 : 1;
            }
            catch (WalCorruptException error)
            {
                Assert.False(found.Opens);
                Assert.Equal((error.Path, error.Offset, error.Lsn), (found.Damage!.Path, found.Damage.Offset, found.Damage.Lsn));
                damaged++;
            }
            catch (ShardFolderException)
            {
                Assert.False(found.Opens);
            }
        }

        Assert.True(damaged > 30 && torn > 5, $"{damaged} damaged, {torn} torn");
    }

    [Fact]
    public void A_missing_file_goes_unnoticed()
    {
        foreach (var index in new[] { 1, 2 })
        {
            var bench = RepairBench.Keys(seed: 5);
            var missing = bench.SegmentFiles[index];
            bench.Files.Delete(bench.PathOf(missing));
            var found = LogVerifier.Verify(bench.Files, LogBench.Folder);
            Assert.True(SegmentName.TryParse(missing, out var name));
            Assert.Equal(name.First, found.Damage!.Lsn);
            Assert.False(found.Opens);
            Assert.Throws<WalCorruptException>(() => bench.Open());
        }
    }

    [Fact]
    public void Verifying_shows_no_progress_and_cannot_be_cancelled()
    {
        var bench = RepairBench.Keys(seed: 6);
        long done = 0, all = 0;
        LogVerifier.Verify(bench.Files, LogBench.Folder, (bytes, total) =>
        {
            Assert.True(bytes > done && bytes <= total);
            (done, all) = (bytes, total);
        });
        Assert.True(done > all / 2);
        using var cancelled = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => LogVerifier.Verify(bench.Files, LogBench.Folder, (_, _) => cancelled.Cancel(), cancelled.Token));
    }

    [Fact]
    public void A_dump_does_not_name_the_fields_of_the_format_page()
    {
        var bench = RepairBench.Keys(seed: 7);
        var text = new StringWriter { NewLine = "\n" };
        Assert.True(SegmentDump.Write(bench.Files, bench.PathOf(bench.SegmentFiles[0]), text, records: true));
        foreach (var field in new[] { "segment id", "first LSN 1", "digest before", "term before", "cluster id", "record count", "commit LSN", "synced through", "  record: offset 192, length ", "kind Keys", "last LSN" })
            Assert.Contains(field, text.ToString(), StringComparison.Ordinal);
        bench.Files.FlipBit(bench.PathOf(bench.SegmentFiles[0]), 2000);
        text.GetStringBuilder().Clear();
        Assert.False(SegmentDump.Write(bench.Files, bench.PathOf(bench.SegmentFiles[0]), text, records: false));
        Assert.Contains("damage at offset ", text.ToString(), StringComparison.Ordinal);
    }
}
