using System.Diagnostics;
using Cluster.Actors.Shards.Core;

namespace Cluster.Simulation.World;

/// <summary>How soon each planted bug is found, as lines.</summary>
internal static class PlantedReport
{
    /// <summary>1 if one is not found.</summary>
    public static int Write(int seedsMax)
    {
        int missed = 0;
        foreach (PlantedBug bug in BugHunt.Huntable)
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
        }

        foreach (PlantedBug bug in BugHunt.NotBuilt)
            Console.WriteLine($"{bug}: not built");
        return missed == 0 ? 0 : 1;
    }
}
