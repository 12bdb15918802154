using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Merge;

public class MergeModelTests
{
    /// <summary>Lives per test; CLUSTER_CRASH_LIVES sets more for a long run.</summary>
    private static readonly int Lives = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_CRASH_LIVES"), out var lives) ? lives : 24;

    /// <summary>Every point that a merge passes.</summary>
    public static readonly string[] Points =
    [
        "merge.section-written", "merge.data-written", "merge.data-synced", "merge.data-renamed", "merge.data-durable",
        "shard.manifest.written", "shard.manifest.synced", "shard.manifest.renamed", "shard.manifest.durable",
        "merge.source-unlinked", "release.unlinked",
    ];

    [Fact]
    public void A_merged_shard_says_something_else_than_its_records()
    {
        var merges = 0;
        for (var seed = 0; seed < Lives; seed++)
            merges += new Life(seed, null).Run().Merges;
        Assert.True(merges > 5 * Lives, $"only {merges} merges");
    }

    [Fact]
    public void A_crash_at_a_point_of_the_merge_costs_or_brings_back_a_value()
    {
        foreach (var point in Points)
        {
            var crashes = 0;
            for (var seed = 0; seed < Lives / 6; seed++)
                crashes += new Life(seed, point).Run().Crashes;
            Assert.True(crashes > 1, $"{point} was reached {crashes} times");
        }
    }

    [Fact]
    public void A_power_failure_at_any_file_operation_of_a_merge_costs_or_brings_back_a_value()
    {
        for (var seed = 0; seed < Lives; seed++)
            new Life(seed, null, atAnyOperation: true).Run();
    }

    /// <summary>One random life of a shard that merges all the time.</summary>
    private sealed class Life(int seed, string? point, bool atAnyOperation = false)
    {
        private readonly Random _random = new(seed);

        public int Merges { get; private set; }

        public int Crashes { get; private set; }

        public Life Run()
        {
            using var harness = New(seed);
            try
            {
                Arm(harness);
                for (var step = 0; step < 100; step++)
                    Step(harness);
                harness.AssertEverything();
                Merges = harness.Events.Merges;
                return this;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}, crash point {point ?? "none"}, at any operation {atAnyOperation}: {error}", error);
            }
        }

        private void Arm(StoreHarness harness)
        {
            harness.CrashPoints.CrashAt = point;
            harness.CrashPoints.SkipCount = _random.Next(3);
            harness.Files.CrashAfter = atAnyOperation ? _random.Next(20, 300) : -1;
        }

        private void Step(StoreHarness harness)
        {
            try
            {
                // The model cannot tell how far an interrupted cut came.
                MergeModelTests.Step(harness, _random, mayCut: !atAnyOperation);
            }
            catch (Exception) when (harness.Files.IsHalted)
            {
            }

            if (harness.Files.IsHalted)
            {
                Crashes++;
                harness.Events.MergeFailures.Clear();
                harness.CrashAndReopen(powerLoss: _random.Next(3) > 0);
                harness.AssertEverything();
                Arm(harness);
            }

            Assert.Empty(harness.Events.MergeFailures);
        }
    }

    internal static StoreHarness New(int seed) => new(seed, segmentBytes: 3000, merge: new MergeOptions
    {
        Ratio = 0.2,
        MinBytes = 1,
        FileBytes = 4000,
        BytesPerSecond = 1 << 20,
    });

    private static void Step(StoreHarness harness, Random random, bool mayCut)
    {
        var pending = harness.Model.Last - harness.Model.Commit;
        switch (random.Next(100))
        {
            case < 12:
                harness.Flush();
                harness.Commit(harness.Model.Commit + random.NextInt64(pending + 1));
                break;
            case < 30:
                harness.Flush();
                harness.Commit(harness.Model.Last);
                break;
            case < 33 when mayCut:
                harness.Cut(harness.Model.Commit + random.NextInt64(pending + 1));
                harness.Term = harness.Term.Next;
                break;
            case < 35:
                harness.CloseAndReopen();
                harness.AssertEverything();
                break;
            case < 38:
                harness.CrashAndReopen();
                harness.AssertEverything();
                break;
            case < 40:
                harness.FlushKeys();
                break;
            case < 60:
                harness.Store.ReleaseBelow(new Lsn(random.Next(4) == 0 ? random.NextInt64(harness.Model.Last.Value + 1) : long.MaxValue));
                for (var i = random.Next(30); i > 0; i--)
                {
                    harness.Idle(2);
                    if (random.Next(2) == 0)
                        harness.Store.ReclaimMemory();
                }

                break;
            case < 62:
                harness.AppendControl(random.Next(1000));
                break;
            case < 65:
                harness.AssertEverything();
                break;
            default:
                for (var i = random.Next(12); i > 0; i--)
                    harness.Append([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Operation(random))]);
                break;
        }
    }

    private static ModelOperation Operation(Random random)
    {
        var key = StoreHarness.KeyName(random.Next(4) == 0 ? random.Next(24) : random.Next(6));
        if (random.Next(4) == 0)
            return new ModelOperation(key, null);
        var value = new byte[random.Next(160)];
        random.NextBytes(value);
        return new ModelOperation(key, value, random.Next(4) == 0 ? 5_000_000_000_000_000 + random.Next(10) : 0);
    }
}
