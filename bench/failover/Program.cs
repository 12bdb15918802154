using System.Globalization;
using Cluster.Bench.Failover;
using Cluster.Scenarios.Harness;

int runs = 20;
string[]? only = null;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--runs" && i + 1 < args.Length) runs = int.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--only" && i + 1 < args.Length) only = args[++i].Split(',');
    else
    {
        Console.Error.WriteLine($"failover [--runs N] [--only {string.Join(',', FaultRow.All.Select(row => row.Name))}]");
        return 2;
    }
}

if ((Network.WhyNot() ?? SmallDisk.WhyNot()) is { } reason)
{
    Console.Error.WriteLine(reason);
    return 2;
}

var rows = FaultRow.All.Where(row => only is null || only.Contains(row.Name)).ToArray();
Console.WriteLine($"shipped configuration, three nodes, 8 shards, {runs} runs each; {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
Console.WriteLine();
Console.WriteLine("| fault | runs | measured | p50 ms | max ms | shards | -UNKNOWN | other errors | refused | closed | all, ms |");
Console.WriteLine("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---|");
bool failed = false;
using var cluster = new FaultyCluster(3);
await cluster.StartAsync();
foreach (var row in rows)
{
    var trials = new List<Trial>();
    try
    {
        var one = new Trials(cluster, row);
        while (trials.Count < runs) trials.Add(await one.RunAsync());
    }
    catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
    {
        failed = true;
        Console.Error.WriteLine($"{row.Name}, run {trials.Count + 1}: {failure.Message}\n{cluster.Logs()}");
    }

    Print(row, trials);
}

return failed ? 1 : 0;

static void Print(FaultRow row, List<Trial> trials)
{
    if (trials.Count == 0) return;
    double[] times = [.. trials.Select(trial => trial.Time?.TotalMilliseconds ?? double.PositiveInfinity).Order()];
    int unknown = trials.Sum(trial => trial.Errors.GetValueOrDefault("UNKNOWN")), errors = trials.Sum(trial => trial.Errors.Values.Sum());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {row.Name} | {trials.Count} | {(row.IsPlanned ? "longest pause" : "next write on every shard")} | {times[(times.Length - 1) / 2]:F0} | {times[^1]:F0} | {trials.Average(trial => trial.Shards):F1} | {unknown} | {errors - unknown} | {trials.Sum(trial => trial.Refused)} | {trials.Sum(trial => trial.Closed)} | {string.Join(' ', times.Select(time => time.ToString("F0", CultureInfo.InvariantCulture)))} |"));
}
