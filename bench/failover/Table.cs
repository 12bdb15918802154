using System.Globalization;

namespace Cluster.Bench.Failover;

/// <summary>The runs of a ledger, a row per fault.</summary>
internal static class Table
{
    public static void Print(IReadOnlyList<Trial> trials)
    {
        Console.WriteLine("| fault | runs | measured | p50 ms | max ms | shards | -UNKNOWN | other errors | refused | closed | load | when | all, ms (@ when the pause began) |");
        Console.WriteLine("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|");
        foreach (var row in FaultRow.All)
            if (trials.Where(trial => trial.Fault == row.Name).ToArray() is { Length: > 0 } runs) Print(row, runs);
    }

    private static void Print(FaultRow row, Trial[] trials)
    {
        double[] times = [.. trials.Select(trial => trial.Milliseconds ?? double.PositiveInfinity).Order()];
        int unknown = trials.Sum(trial => trial.Errors.GetValueOrDefault("UNKNOWN")), errors = trials.Sum(trial => trial.Errors.Values.Sum());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {row.Name} | {trials.Length} | {(row.IsPlanned ? "longest pause" : "next write on every shard")} | {times[(times.Length - 1) / 2]:F0} | {times[^1]:F0} | {trials.Average(trial => trial.Shards):F1} | {unknown} | {errors - unknown} | {trials.Sum(trial => trial.Refused)} | {trials.Sum(trial => trial.Closed)} | {trials.Min(trial => trial.Load):F0}–{trials.Max(trial => trial.Load):F0} | {trials.Min(trial => trial.At):yyyy-MM-dd HH:mm}–{trials.Max(trial => trial.At):HH:mm} | {string.Join(' ', trials.OrderBy(trial => trial.Milliseconds ?? double.PositiveInfinity).Select(Text))} |"));
    }

    private static string Text(Trial trial) => string.Create(CultureInfo.InvariantCulture, $"{trial.Milliseconds ?? double.PositiveInfinity:F0}{(trial.After is { } after ? $"@{after:F0}" : "")}");
}
