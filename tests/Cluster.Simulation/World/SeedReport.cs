using System.Diagnostics;
using System.Text;

namespace Cluster.Simulation.World;

/// <summary>A long run as a page for the reports.</summary>
public static class SeedReport
{
    public static void Write(string path, SeedRun run)
    {
        var text = new StringBuilder();
        text.AppendLine("# Simulation: the long run");
        text.AppendLine();
        text.AppendLine("Written by `dotnet run -c Release --project tests/Cluster.Simulation -- --seeds N --report docs/reports/simulation.md`.");
        text.AppendLine("One seed is one cluster of three to five nodes with one to three shards, for at least 60 virtual seconds of faults and clients.");
        text.AppendLine();
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        text.AppendLine($"| commit | {Commit()} |");
        text.AppendLine($"| date | {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC |");
        text.AppendLine($"| seeds | {run.First} to {run.First + (ulong)run.Done - 1}: {run.Done} |");
        text.AppendLine($"| failed | {run.Failures.Count} |");
        text.AppendLine($"| virtual hours | {run.Coverage.VirtualSeconds / 3600.0:F1} |");
        text.AppendLine($"| wall time | {run.Elapsed.TotalMinutes:F1} min, {run.Workers} threads |");
        text.AppendLine($"| processor time per seed | {run.Processor.TotalMilliseconds / Math.Max(1, run.Done):F0} ms |");
        text.AppendLine();
        text.AppendLine("## How often");
        text.AppendLine();
        text.AppendLine("| | total | per seed |");
        text.AppendLine("|---|---:|---:|");
        foreach ((string name, long count) in run.Coverage.All())
            text.AppendLine($"| {name} | {count} | {(double)count / Math.Max(1, run.Done):F2} |");
        if (Coverage.NotBuilt.Count > 0)
            text.AppendLine().AppendLine($"Not built yet, and so not covered: {string.Join(", ", Coverage.NotBuilt)}.");
        foreach (SimulationFailedException failure in run.Failures)
            text.AppendLine().AppendLine("```").AppendLine(failure.Message).AppendLine("```");
        File.WriteAllText(path, text.ToString());
    }

    private static string Commit()
    {
        using Process git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true })!;
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return commit;
    }
}
