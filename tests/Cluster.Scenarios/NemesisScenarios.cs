using System.Diagnostics;
using System.Globalization;
using Cluster.Scenarios.Faults;
using Cluster.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Scenarios;

/// <summary>
/// All workloads under faults that a seed picks. CLUSTER_NEMESIS_SEED and CLUSTER_NEMESIS_FAULTS (how many) repeat one, CLUSTER_NEMESIS_NODES and CLUSTER_NEMESIS_KINDS (names of
/// <see cref="FaultKind"/>, one after the other) take the place of its choices; CLUSTER_NEMESIS_MINUTES goes on with further seeds for that long.
/// </summary>
public class NemesisScenarios(ITestOutputHelper output)
{
    [FaultFact]
    public async Task Every_history_has_an_order_whatever_happens_to_the_nodes_and_between_them()
    {
        double minutes = Number("CLUSTER_NEMESIS_MINUTES", 0);
        int seed = (int)Number("CLUSTER_NEMESIS_SEED", minutes > 0 ? Random.Shared.Next(1_000_000_000) : 0), runs = 0;
        int faults = (int)Number("CLUSTER_NEMESIS_FAULTS", 8);
        FaultKind[]? kinds = Environment.GetEnvironmentVariable("CLUSTER_NEMESIS_KINDS") is { Length: > 0 } names ? [.. names.Split(',').Select(Enum.Parse<FaultKind>)] : null;
        int? nodes = Number("CLUSTER_NEMESIS_NODES", 0) is > 0 and var count ? (int)count : null;
        if (seed == 0)
        {
            await new Nemesis(4, Say) { Nodes = 3, Count = 2, LongestHold = TimeSpan.FromSeconds(2), Faults = [FaultKind.IsolateLeader, FaultKind.HungDisk, FaultKind.KillLeader] }.RunAsync();
            return;
        }

        var failed = new List<int>();
        var clock = Stopwatch.StartNew();
        var plans = new Queue<Nemesis>(minutes > 0 ? Directed() : []);
        do
        {
            int number = plans.Count > 0 ? 0 : seed++;
            var plan = plans.Count > 0 ? plans.Dequeue() : new Nemesis(number, Say) { Count = faults, Faults = kinds, Nodes = nodes };
            runs++;
            try
            {
                await plan.RunAsync();
            }
            catch (Exception failure)
            {
                failed.Add(number);
                Say(failure.ToString());
            }
        }
        while (clock.Elapsed.TotalMinutes < minutes);

        Say($"nemesis: {runs} runs, seeds up to {seed - 1}, {clock.Elapsed.TotalHours:F2} h, {failed.Count} failed {string.Join(' ', failed)}");
        Assert.Empty(failed);
    }

    /// <summary>What no seed is sure to pick, before the seeds of a long run.</summary>
    private IEnumerable<Nemesis> Directed() =>
    [
        new(5, Say) { Nodes = 5, Count = 3, Faults = [FaultKind.ShardMajorityInMinority] },
        new(6, Say) { Nodes = 3, Count = 3, Faults = [FaultKind.StopLeader], ShortestHold = TimeSpan.FromSeconds(60) },
    ];

    /// <summary>At once as well, where somebody watches a run of hours.</summary>
    private void Say(string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("CLUSTER_NEMESIS_LOG") is { } file) File.AppendAllText(file, line + "\n");
    }

    private static double Number(string variable, double otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
