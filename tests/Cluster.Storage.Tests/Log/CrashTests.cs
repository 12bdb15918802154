using Xunit;

namespace Cluster.Storage.Tests.Log;

public sealed class CrashTests
{
    /// <summary>Lives per test; CLUSTER_CRASH_LIVES sets more for a long run.</summary>
    private static readonly int Lives = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_CRASH_LIVES"), out var lives) ? lives : 200;

    /// <summary>Every name that a crash point has; the list is complete because the random life meets no other.</summary>
    public static readonly string[] Points =
    [
        "folder.filled", "folder.created", "segment.created", "batch.written",
        "seal.truncated", "seal.synced", "seal.state-saved", "seal.renamed",
        "cut.tail-saved", "cut.intent.written", "cut.intent.synced", "cut.intent.renamed", "cut.intent.durable",
        "cut.synced-lowered", "cut.segment-unlinked", "cut.header-written", "cut.truncated", "cut.synced", "cut.renamed", "cut.done",
        "open.torn-tail-cut", "open.settled", "doubtful.copied", "cut.replacement-renamed",
    ];

    /// <summary>Those that only a failed sync leads to.</summary>
    public static readonly string[] PointsAfterFailures =
        ["node.state.written", "node.state.synced", "node.state.renamed", "node.state.durable"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_acknowledged_is_lost_and_nothing_else_appears_whenever_the_power_fails(int part)
    {
        for (var seed = 0; seed < Lives; seed++)
            RunSeed((part * 1_000_000) + seed, 60, null);
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_it_crashes_at_a_named_point()
    {
        var seen = new HashSet<string>();
        foreach (var point in Points)
        {
            for (var seed = 0; seed < 25; seed++)
                seen.UnionWith(RunSeed(seed, 80, point).PointsSeen);
        }

        Assert.Equal(Points.Order(), seen.Order());
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_it_crashes_at_a_point_after_a_failed_sync()
    {
        var seen = new HashSet<string>();
        foreach (var point in PointsAfterFailures)
        {
            for (var seed = 0; seed < 25; seed++)
                seen.UnionWith(RunSeed(seed, 80, point, failSyncs: true).PointsSeen);
        }

        Assert.Equal(Points.Concat(PointsAfterFailures).Order(), seen.Order());
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_when_syncs_fail_and_the_process_then_restarts()
    {
        var copies = 0;
        for (var seed = 0; seed < Lives; seed++)
            copies += RunSeed(seed, 80, null, failSyncs: true).Copies;
        Assert.True(copies > Lives / 4, $"only {copies} lives came to the point");
    }

    [Theory]
    [InlineData(647)]
    public void A_cut_is_made_on_the_word_of_an_intent_that_never_became_durable(int seed) => RunSeed(seed, 80, null, failSyncs: true);

    [Fact]
    public void The_same_seed_lives_the_same_life()
    {
        for (var seed = 0; seed < 5; seed++)
            Assert.Equal(RunSeed(seed, 100, null).Crashes, RunSeed(seed, 100, null).Crashes);
    }

    private static CrashModel RunSeed(int seed, int steps, string? point, bool failSyncs = false)
    {
        var model = new CrashModel(seed, failSyncs);
        try
        {
            model.Run(steps, point);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed}, crash point {point ?? "any"}: {error}", error);
        }

        return model;
    }
}
