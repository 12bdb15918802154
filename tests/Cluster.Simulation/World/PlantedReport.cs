using System.Diagnostics;
using System.Text;
using Cluster.Actors.Shards.Core;

namespace Cluster.Simulation.World;

/// <summary>How soon each planted bug is found, as lines, and as a page for the reports.</summary>
internal static class PlantedReport
{
    /// <summary>1 if one is not found.</summary>
    public static int Write(int seedsMax, string? path)
    {
        int missed = 0;
        var page = new StringBuilder();
        page.AppendLine("# Planted bugs, and the seed that finds each");
        page.AppendLine();
        page.AppendLine($"Written by `dotnet run -c Release --project tests/Cluster.Simulation -- --planted {seedsMax} --report docs/reports/planted-bugs.md`, commit {SeedLedger.CommitNow()}.");
        page.AppendLine("Each bug is switched on by itself; short, dense runs begin with seed 1 and end with the first violation. `PlantedBugTests` does the same in every test run.");
        page.AppendLine();
        page.AppendLine("| bug | found by seed | processor time | what is seen |");
        page.AppendLine("|---|---:|---:|---|");
        foreach (string bug in BugHunt.Huntable)
        {
            var watch = Stopwatch.StartNew();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            ulong seed = 1;
            SimulationFailedException? found = null;
            while (found == null && seed <= (ulong)seedsMax)
                found = BugHunt.Run(bug, seed++);
            missed += found == null ? 1 : 0;
            string what = found?.Message.Split('\n')[0] ?? $"not found within {seedsMax} seeds";
            double processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            Console.WriteLine($"{bug}: {processor:F1} s of processor: {what}");
            page.AppendLine($"| {bug} | {(found == null ? "–" : seed - 1)} | {processor:F1} s | {what[(what.IndexOf(": ", StringComparison.Ordinal) + 2)..].Replace("|", "/", StringComparison.Ordinal)} |");
        }

        if (path != null)
            File.WriteAllText(path, page.ToString());

        foreach (PlantedBug bug in BugHunt.NotBuilt)
            Console.WriteLine($"{bug}: not built");
        return missed == 0 ? 0 : 1;
    }
}
