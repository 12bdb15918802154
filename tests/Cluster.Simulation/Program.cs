using System.Diagnostics;
using System.Globalization;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation;
using Cluster.Simulation.World;

// The long run, without a test host:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --seeds 200000 [--from 1000] [--parallel 2] [--minutes 120]
//       [--failures 20] [--ledger FILE] [--report docs/reports/simulation.md] [--real yes|no]
// With a ledger it goes on where an earlier run of the same commit was interrupted, and the report counts all that the ledger holds of that commit.
// One seed with its trace:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --seed 7 [--bug NameOfAPlantedOne]
// Which seed finds each planted bug first, with up to so many:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --planted 500 [--report docs/reports/planted-bugs.md]
// It ends with 1 if a seed failed, 2 if the arguments make no sense.
var arguments = new Dictionary<string, string>();
for (int i = 0; i + 1 < args.Length; i += 2)
    arguments[args[i]] = args[i + 1];
string? unknown = arguments.Keys.FirstOrDefault(name => name is not
    ("--seeds" or "--from" or "--parallel" or "--minutes" or "--failures" or "--ledger" or "--report" or "--seed" or "--real" or "--planted" or "--bug"));
if (args.Length % 2 != 0 || unknown != null)
{
    Console.Error.WriteLine($"unknown argument {unknown ?? args[^1]}; see Program.cs");
    return 2;
}

if (arguments.TryGetValue("--seed", out string? single))
{
    ulong seed = ulong.Parse(single, CultureInfo.InvariantCulture);
    SimulationOptions options = arguments.TryGetValue("--bug", out string? bug) ? BugHunt.OptionsOf(bug, seed) : SimulationOptions.Of(seed);
    using var world = new SimulatedWorld(options with { Trace = Console.WriteLine });
    Console.WriteLine(world.Run());
    return 0;
}

if (arguments.TryGetValue("--planted", out string? seedsMax))
    return PlantedReport.Write(int.Parse(seedsMax, CultureInfo.InvariantCulture), arguments.GetValueOrDefault("--report"));

long Number(string name, long otherwise) =>
    arguments.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

ulong next = (ulong)Number("--from", 1000);
ulong end = next + (ulong)Number("--seeds", 1000);
int failuresMax = (int)Number("--failures", 20);
TimeSpan timeMax = arguments.ContainsKey("--minutes") ? TimeSpan.FromMinutes(Number("--minutes", 0)) : TimeSpan.MaxValue;
var ledger = new SeedLedger(arguments.GetValueOrDefault("--ledger"));
var watch = Stopwatch.StartNew();
while (next < end && watch.Elapsed < timeMax && ledger.Failures.Count() < failuresMax)
{
    long free = ledger.FreeFrom(next, (long)Math.Min((ulong)SeedLedger.BlockSeeds, end - next));
    if (free == 0)
    {
        next = ledger.Behind(next);
        continue;
    }

    // A block is run to its end: what is in the ledger has no gaps.
    var run = new SeedRun(next, free, (int)Number("--parallel", Environment.ProcessorCount), int.MaxValue)
    {
        Progress = line => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {line}"),
        RealStorage = arguments.TryGetValue("--real", out string? real) ? real == "yes" : null,
    };
    run.Execute();
    ledger.Add(run);
    next += (ulong)free;
    if (arguments.TryGetValue("--report", out string? path))
        SeedReport.Write(path, ledger);
    Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {ledger.Seeds} seeds, {ledger.Failures.Count()} failed; {run.Summary()}");
}

Console.WriteLine(string.Join(", ", ledger.Totals().Select(static one => $"{one.Key} {one.Value}")));
return ledger.Failures.Any() ? 1 : 0;
