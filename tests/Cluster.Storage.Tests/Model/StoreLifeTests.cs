using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Model;

/// <summary>
/// Random lives of a whole store. CLUSTER_MODEL_CASES sets their number, CLUSTER_MODEL_SEED where they begin; a failure is shrunk and printed
/// with the command that lives it again.
/// </summary>
public sealed class StoreLifeTests(ITestOutputHelper output)
{
    private const int Threads = 2;
    private const int StepsMax = 70;

    /// <summary>Every name that a crash point of a store has.</summary>
    public static readonly string[] Points =
    [
        "folder.filled", "folder.created", "segment.created", "batch.written",
        "seal.truncated", "seal.synced", "seal.state-saved", "seal.renamed",
        "cut.tail-saved", "cut.intent.written", "cut.intent.synced", "cut.intent.renamed", "cut.intent.durable",
        "cut.synced-lowered", "cut.segment-unlinked", "cut.header-written", "cut.truncated", "cut.synced", "cut.renamed", "cut.done",
        "open.torn-tail-cut", "open.settled", "doubtful.copied", "cut.replacement-renamed",
        "hint.written", "hint.renamed",
        "shard.manifest.written", "shard.manifest.synced", "shard.manifest.renamed", "shard.manifest.durable",
        "merge.data-durable", "merge.data-renamed", "merge.data-synced", "merge.data-written", "merge.section-written", "merge.source-unlinked", "release.unlinked",
        "node.state.written", "node.state.synced", "node.state.renamed", "node.state.durable",
    ];

    private static readonly string[] MustHappen =
    [
        "clean closes", "commits ahead of the own disk", "control records", "crashes", "crashes while opening", "cuts", "cuts inside what is sealed",
        "deaths of the process", "doubtful records copied", "failed: read", "failed: sync", "failed: sync folder", "failed: write", "full disks",
        "losses of power", "merges", "steps with a released log", "steps with several data files", "openings with everything", "openings with hints", "openings without the un-synced end", "poisoned", "promises", "records of a leader",
        "records of a leader refused", "refused: DiskFull", "refused: PendingFull", "space again", "stream reads", "suffixes cut", "torn tails cut",
        .. new LifeReport().Losses.Figures.Select(static figure => "after a loss of power: " + figure.Name),
    ];

    [Fact]
    public void A_store_loses_what_it_reported_flushed_or_shows_what_was_never_committed()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_MODEL_PROGRAM") is { Length: > 0 } program)
        {
            Live([.. program.Split(',').Select(static step => int.Parse(step, CultureInfo.InvariantCulture))], new LifeReport(), DiskLie.None, output.WriteLine);
            return;
        }

        var cases = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_MODEL_CASES"), out var wanted) ? wanted : 6_000;
        var first = ulong.TryParse(Environment.GetEnvironmentVariable("CLUSTER_MODEL_SEED"), out var seed) ? seed : 1;
        var reports = new LifeReport[Threads];
        var failures = new string?[Threads];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var threads = new Thread[Threads];
        for (var i = 0; i < Threads; i++)
        {
            var part = i;
            reports[part] = new LifeReport();
            threads[part] = new Thread(() => failures[part] = Check(cases / Threads, first + (ulong)part, reports[part], DiskLie.None, out _));
            threads[part].Start();
        }

        var total = new LifeReport();
        for (var i = 0; i < Threads; i++)
        {
            threads[i].Join();
            total.Add(reports[i]);
        }

        output.WriteLine($"model: {cases:N0} cases from seed {first} in {clock.Elapsed.TotalSeconds:N1} s, {total.Points.Count} crash points reached");
        foreach (var line in total.Lines)
            output.WriteLine(line);
        Assert.All(failures, static failure => Assert.True(failure is null, failure));
        Assert.Empty(Points.Except(total.Points));
        Assert.Empty(total.Points.Except(Points));
        Assert.Empty(total.Missing(MustHappen));
    }

    /// <summary>Null, or what failed, how to live it again, and how many lives it took.</summary>
    internal static string? Check(int cases, ulong seed, LifeReport report, DiskLie lie, out int needed)
    {
        var steps = Gen.Choose(1, StepsMax).SelectMany(static count => Gen.ArrayOf(Gen.Choose(0, int.MaxValue), count));
        int[]? failing = null;
        Exception? cause = null;
        var lives = 0;
        var config = Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true)
            .WithReplay(new Replay(new Rnd(seed, (seed * 2) + 1), null));
        try
        {
            FsCheck.Check.One(config, Prop.ForAll(Arb.From(steps, Shrink), program =>
            {
                lives += failing is null ? 1 : 0;
                try
                {
                    Live(program, report, lie);
                }
                catch (Exception error)
                {
                    (failing, cause) = (program, error);
                    throw;
                }
            }));
        }
        catch (Exception) when (failing is not null)
        {
        }

        needed = lives;
        if (failing is null)
            return null;
        return $"""
            seed {seed}, life {lives}, shrunk to {failing.Length} steps. Live it again:
            CLUSTER_MODEL_PROGRAM={string.Join(',', failing)} dotnet test tests/Cluster.Storage.Tests -c Release --filter {nameof(A_store_loses_what_it_reported_flushed_or_shows_what_was_never_committed)}
            {cause}
            """;
    }

    private static void Live(int[] program, LifeReport report, DiskLie lie, Action<string>? trace = null)
    {
        if (program.Length == 0)
            return;
        using var life = new StoreLife(program[0], report, lie) { Trace = trace };
        trace?.Invoke(life.ToString());
        for (var i = 1; i < program.Length; i++)
        {
            life.Step(program[i]);
            trace?.Invoke($"step {program[i] % 64}: {life}");
        }

        life.End(program[0]);
    }

    /// <summary>The first number makes the shard, so it stays.</summary>
    private static IEnumerable<int[]> Shrink(int[] program)
    {
        for (var length = program.Length / 2; length > 0; length /= 2)
        {
            for (var start = 1; start + length <= program.Length; start += length)
                yield return [.. program[..start], .. program[(start + length)..]];
        }
    }
}
