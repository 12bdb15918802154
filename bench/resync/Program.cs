using System.Globalization;
using Cluster.Bench.Resync;
using Cluster.Scenarios.Harness;

string[] known = ["alone", "beside", "slow", "lag", "cut", "stopped"];
int megabytes = 1024;
int[] pipelines = [1];
string[] only = ["alone", "beside", "lag", "cut", "stopped"];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--megabytes" && i + 1 < args.Length) megabytes = int.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--pipelines" && i + 1 < args.Length) pipelines = [.. args[++i].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
    else if (args[i] == "--only" && i + 1 < args.Length && args[i + 1].Split(',').All(known.Contains)) only = args[++i].Split(',');
    else
    {
        Console.Error.WriteLine($"resync [--megabytes 1024] [--pipelines 1,16] [--only {string.Join(',', known)}]");
        return 2;
    }
}

if (Network.WhyNot() is { } reason)
{
    Console.Error.WriteLine(reason);
    return 2;
}

Console.WriteLine($"shipped configuration, three nodes, one shard; {Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
Console.WriteLine();
Console.WriteLine("| what | seen | time | clients |");
Console.WriteLine("|---|---|---:|---|");
using var cluster = new BenchCluster();
try
{
    await cluster.StartAsync();
    await cluster.IsWholeAsync();
    var rows = new Rows(cluster, megabytes);
    if (only.Contains("alone") || only.Contains("beside") || only.Contains("slow")) await rows.FillAsync();
    if (only.Contains("alone")) Console.WriteLine(await rows.CopyAloneAsync());
    if (only.Contains("slow")) Console.WriteLine(await rows.CopyOverSlowLineAsync());
    foreach (int pipeline in pipelines)
    {
        if (only.Contains("beside")) Console.WriteLine(await rows.CopyBesideClientsAsync(pipeline));
        if (only.Contains("lag")) Console.WriteLine(await rows.LagAfterLoadAsync(pipeline));
        if (only.Contains("cut")) Console.WriteLine(await rows.CutOffAsync(pipeline));
        if (only.Contains("stopped")) Console.WriteLine(await rows.StoppedAsync(pipeline));
    }
}
catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
{
    Console.Error.WriteLine($"{failure.Message}\n{cluster.Logs()}");
    return 1;
}

return 0;
