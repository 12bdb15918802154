using System.Globalization;
using Cluster.Bench.Failover;
using Cluster.Scenarios.Harness;

int runs = 20;
double minutes = 0;
bool large = false, spin = false;
string? file = null;
string[]? only = null;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--runs" && i + 1 < args.Length) runs = int.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--only" && i + 1 < args.Length) only = args[++i].Split(',');
    else if (args[i] == "--ledger" && i + 1 < args.Length) file = args[++i];
    else if (args[i] == "--load" && i + 1 < args.Length) minutes = double.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--large") large = true;
    else if (args[i] == "--spin") spin = true;
    else
    {
        Console.Error.WriteLine($"failover [--runs N] [--only {string.Join(',', FaultRow.All.Select(row => row.Name))}] [--ledger FILE]");
        Console.Error.WriteLine("failover --load MINUTES [--large] [--spin]");
        return 2;
    }
}

if (runs == 0 && minutes <= 0)
{
    Table.Print(new Ledger(file).Trials);
    return 0;
}

if ((Network.WhyNot() ?? SmallDisk.WhyNot()) is { } reason)
{
    Console.Error.WriteLine(reason);
    return 2;
}

using var cluster = new FaultyCluster(3);
Console.WriteLine($"shipped configuration, three nodes, 8 shards; {Environment.ProcessorCount} cores, load {Trial.LoadAverage()} at the start");
await cluster.StartAsync();
if (minutes > 0) return await new FullLoad(cluster, large, spin).RunAsync(TimeSpan.FromMinutes(minutes)) ? 0 : 1;

var ledger = new Ledger(file);
bool failed = false;
foreach (var row in FaultRow.All.Where(row => only is null || only.Contains(row.Name)))
{
    int done = 0;
    try
    {
        var trials = new Trials(cluster, row);
        for (; done < runs; done++) ledger.Add(await trials.RunAsync());
    }
    catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
    {
        failed = true;
        Console.Error.WriteLine($"{row.Name}, run {done + 1}: {failure.Message}\n{cluster.Logs()}");
    }
}

Console.WriteLine();
Table.Print(ledger.Trials);
return failed ? 1 : 0;
