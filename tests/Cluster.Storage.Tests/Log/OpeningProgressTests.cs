using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class OpeningProgressTests
{
    [Fact]
    public void A_long_opening_says_nothing_until_it_is_over()
    {
        var bench = new LogBench { SegmentBytes = 2 << 20 }.Open();
        for (var i = 0; i < 25; i++)
            bench.AppendFlushed(1, 512 << 10);
        Assert.Null(bench.Close());
        var next = bench.Restart(1, powerLoss: false).Open();
        var seen = next.Events.Openings;
        Assert.Equal((OpeningPhase.Reading, 0L), (seen[0].Phase, seen[0].BytesDone));
        Assert.True(seen[0].BytesTotal > 12L << 20);
        Assert.True(seen.Count(progress => progress.Phase == OpeningPhase.Reading) >= 3);
        Assert.Equal([OpeningPhase.Settling, OpeningPhase.Open], seen.TakeLast(2).Select(progress => progress.Phase));
        for (var i = 1; i < seen.Count; i++)
            Assert.True(seen[i].BytesDone >= seen[i - 1].BytesDone && seen[i].BytesDone <= seen[i].BytesTotal);
        Assert.All(seen, progress => Assert.Equal((0, LogBench.Folder), (progress.Shard, progress.Folder)));
    }

    /// <summary>After an unclean end the opening also copies; a cancelled one leaves the files as they were, byte by byte.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancelled_opening_leaves_half_of_its_work(bool clean)
    {
        var bench = new LogBench { SegmentBytes = 2 << 20 }.Open();
        for (var i = 0; i < 25; i++)
            bench.AppendFlushed(1, 512 << 10);
        if (clean)
            Assert.Null(bench.Close());
        var next = bench.Restart(1, powerLoss: false);
        var before = Content(next);
        using var source = new CancellationTokenSource();
        next.OpeningCancelled = source.Token;
        next.Events.OnOpening = progress =>
        {
            if (progress.BytesDone > 5 << 20)
                source.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => next.Open());
        Assert.DoesNotContain(next.Events.Openings, progress => progress.Phase != OpeningPhase.Reading);
        Assert.Equal(before, Content(next));

        next.OpeningCancelled = CancellationToken.None;
        RoundTripTests.AssertNumbered(next.Open(), 25);
    }

    private static SortedDictionary<string, ulong> Content(LogBench bench)
    {
        var content = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var name in bench.Files.ListFiles(LogBench.Folder))
            content.Add(name, Cluster.Storage.Checksums.XxHash64.Compute(bench.Files.ReadAll(bench.PathOf(name)), 0));
        return content;
    }
}
