using System.Text;

namespace Cluster.Simulation.World;

/// <summary>A long run as a page for the reports.</summary>
public static class SeedReport
{
    public static void Write(string path, SeedLedger ledger)
    {
        long seeds = Math.Max(1, ledger.Seeds);
        Dictionary<string, long> totals = ledger.Totals();
        List<string> failures = [.. ledger.Failures];
        var text = new StringBuilder();
        text.AppendLine("# Simulation: the long run");
        text.AppendLine();
        text.AppendLine("Written by `dotnet run -c Release --project tests/Cluster.Simulation -- --seeds N --report docs/reports/simulation.md`.");
        text.AppendLine("One seed is one cluster of three to five nodes with one to three shards, for at least 60 virtual seconds of faults and clients.");
        text.AppendLine("One in four runs the real storage over a simulated file layer, with client sessions, merges and snapshots together.");
        text.AppendLine();
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        text.AppendLine($"| commit | {ledger.Commit} |");
        text.AppendLine($"| date | {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC |");
        text.AppendLine($"| seeds | {ledger.Seeds}: {Ranges(ledger)} |");
        text.AppendLine($"| failed | {failures.Count} |");
        text.AppendLine($"| virtual hours | {totals.GetValueOrDefault(nameof(Coverage.VirtualSeconds)) / 3600.0:F1} |");
        text.AppendLine($"| wall time | {ledger.Blocks.Sum(static b => b.WallSeconds) / 60:F1} min, {ledger.Blocks.Max(static b => b.Workers)} threads |");
        text.AppendLine($"| processor time per seed | {ledger.Blocks.Sum(static b => b.ProcessorSeconds) * 1000 / seeds:F0} ms |");
        text.AppendLine();
        text.AppendLine("## How often");
        text.AppendLine();
        text.AppendLine("| | total | per seed |");
        text.AppendLine("|---|---:|---:|");
        foreach ((string name, long count) in totals)
            text.AppendLine($"| {name} | {count} | {(double)count / seeds:F2} |");
        if (Coverage.NotBuilt.Count > 0)
            text.AppendLine().AppendLine($"Not built yet, and so not covered: {string.Join(", ", Coverage.NotBuilt)}.");
        foreach (string failure in failures)
            text.AppendLine().AppendLine("```").AppendLine(failure).AppendLine("```");
        File.WriteAllText(path, text.ToString());
    }

    /// <summary>Neighbouring blocks as one.</summary>
    private static string Ranges(SeedLedger ledger)
    {
        var ranges = new List<(ulong First, ulong End)>();
        foreach (SeedBlock block in ledger.Blocks.OrderBy(static b => b.First))
        {
            if (ranges.Count > 0 && ranges[^1].End == block.First)
                ranges[^1] = (ranges[^1].First, block.First + (ulong)block.Seeds);
            else
                ranges.Add((block.First, block.First + (ulong)block.Seeds));
        }

        return string.Join(", ", ranges.Select(static r => $"{r.First} to {r.End - 1}"));
    }
}
