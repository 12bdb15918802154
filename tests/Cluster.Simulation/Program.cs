using System.Globalization;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation;
using Cluster.Simulation.World;

// The long run, without a test host:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --seeds 200000 [--first 1000] [--workers 2] [--minutes 120]
//       [--failures 20] [--report docs/reports/simulation.md] [--real yes|no]
// One seed with its trace:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --seed 7 [--bug NameOfAPlantedOne]
// Which seed finds each planted bug first, with up to so many:
//   dotnet run -c Release --project tests/Cluster.Simulation -- --planted 500
// It ends with 1 if a seed failed, 2 if the arguments make no sense.
var arguments = new Dictionary<string, string>();
for (int i = 0; i + 1 < args.Length; i += 2)
    arguments[args[i]] = args[i + 1];
string? unknown = arguments.Keys.FirstOrDefault(name => name is not
    ("--seeds" or "--first" or "--workers" or "--minutes" or "--failures" or "--report" or "--seed" or "--real" or "--planted" or "--bug"));
if (args.Length % 2 != 0 || unknown != null)
{
    Console.Error.WriteLine($"unknown argument {unknown ?? args[^1]}; see Program.cs");
    return 2;
}

if (arguments.TryGetValue("--seed", out string? single))
{
    ulong seed = ulong.Parse(single, CultureInfo.InvariantCulture);
    SimulationOptions options = arguments.TryGetValue("--bug", out string? bug) ? BugHunt.OptionsOf(Enum.Parse<PlantedBug>(bug), seed) : SimulationOptions.Of(seed);
    using var world = new SimulatedWorld(options with { Trace = Console.WriteLine });
    Console.WriteLine(world.Run());
    return 0;
}

if (arguments.TryGetValue("--planted", out string? seedsMax))
    return PlantedReport.Write(int.Parse(seedsMax, CultureInfo.InvariantCulture));

long Number(string name, long otherwise) =>
    arguments.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

var run = new SeedRun((ulong)Number("--first", 1000), Number("--seeds", 1000), (int)Number("--workers", 2), (int)Number("--failures", 20))
{
    Progress = line => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {line}"),
    TimeMax = arguments.ContainsKey("--minutes") ? TimeSpan.FromMinutes(Number("--minutes", 0)) : TimeSpan.MaxValue,
    RealStorage = arguments.TryGetValue("--real", out string? real) ? real == "yes" : null,
};
run.Execute();
Console.WriteLine(run.Summary());
if (arguments.TryGetValue("--report", out string? path))
    SeedReport.Write(path, run);
return run.Failures.Count == 0 ? 0 : 1;
