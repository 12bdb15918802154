using System.Diagnostics;
using Cluster.Scenarios.Harness;
using Cluster.Scenarios.Workloads;

namespace Cluster.Scenarios.Faults;

/// <summary>
/// One life of a cluster under faults, all of which follow from a seed: how many nodes, which faults, one or two at a time, for how long. After each the
/// cluster must be whole again within the harness's patience and go on serving; at the end every history is judged.
/// </summary>
internal sealed class Nemesis(int seed, Action<string> say)
{
    private static readonly FaultKind[] All = Enum.GetValues<FaultKind>();

    /// <summary>Overwritten for a directed run; null = the seed picks.</summary>
    public FaultKind[]? Faults { get; init; }

    public int? Nodes { get; init; }

    public int Count { get; init; } = 8;

    /// <summary>Of one fault, at most.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ShortestHold { get; init; } = TimeSpan.FromSeconds(0.2);

    public async Task RunAsync()
    {
        var random = new Random(seed);
        int nodes = Nodes ?? (random.Next(3) == 0 ? 5 : 3);
        // Small limits, so that a disk becomes full before anything else, and files are closed and merged within a run.
        using var cluster = new FaultyCluster(nodes, "cluster.free-bytes-low=0", "cluster.free-bytes-high=0", "cluster.segment-bytes=1MiB", "cluster.merge.min-bytes=1MiB");
        try
        {
            await cluster.StartAsync();
            await cluster.IsWholeAsync();
            await using var load = await MixedLoad.StartAsync(cluster, $"s{seed}", seed);
            await load.MoreAsync(200);
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < Count; i++)
            {
                await FaultsAsync(cluster, random, i, clock);
                await load.MoreAsync(100);
            }

            say($"seed {seed}: {nodes} nodes, {Count} faults in {clock.Elapsed.TotalSeconds:F0} s: {await load.StopAndJudgeAsync(cluster.All[random.Next(nodes)])}");
        }
        catch
        {
            say($"seed {seed} FAILED; data and logs are in {cluster.Keep()}");
            throw;
        }
    }

    private async Task FaultsAsync(FaultyCluster cluster, Random random, int number, Stopwatch clock)
    {
        int atOnce = random.Next(3) == 0 ? 2 : 1;
        for (int i = 0; i < atOnce; i++)
        {
            var kind = Faults is { } given ? given[(number + i) % given.Length] : All[random.Next(All.Length)];
            string what = $"{clock.Elapsed.TotalSeconds,6:F1} s: {await new Fault(cluster, random, kind).BeginAsync()}";
            say($"seed {seed}: {what}");
            foreach (var node in cluster.All) node.Log.Note(what);
            await Hold.ForAsync(ShortestHold + (LongestHold * random.NextDouble() * random.NextDouble()));
        }

        await cluster.EndFaultsAsync();
        var whole = await cluster.IsWholeUnderLoadAsync();
        say($"seed {seed}: {clock.Elapsed.TotalSeconds,6:F1} s: whole {whole.TotalSeconds:F1} s after the last process was ready");
    }
}
