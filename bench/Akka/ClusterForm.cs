using System.Diagnostics;

namespace Bench;

/// <summary>
/// From the start of the processes until each of three sees all three Up, with the settings of the library but for the resolver's times. What counts
/// is the slowest run: look at the maximum, with --runs 50.
/// </summary>
internal static class ClusterForm
{
    public static readonly BenchRow Together = new(
        "cluster-form", "three fresh processes all Up", "s", 1, Aim.AtMost(3, 2.5, 13), () => Run(seedLast: false));

    public static readonly BenchRow SeedLast = new(
        "cluster-form-race", "as before, the only seed node started last, two asking in vain", "s", 1, Aim.AtMost(3, 2.5, 13), () => Run(seedLast: true));

    private static Sample Run(bool seedLast)
    {
        using var nodes = new ClusterProcesses();
        long begun;
        if (seedLast)
        {
            nodes.Start(1, seedAlone: true);
            nodes.Start(2, seedAlone: true);
            nodes.AwaitAll("started", 1, 2);
            begun = nodes.Start(0, seedAlone: true);
        }
        else
        {
            begun = nodes.Start(0, seedAlone: false);
            nodes.Start(1, seedAlone: false);
            nodes.Start(2, seedAlone: false);
        }

        var took = Stopwatch.GetElapsedTime(begun, nodes.AwaitAll("up", 0, 1, 2));
        return new Sample(1, took, TimeSpan.Zero, 0) { Figure = took.TotalSeconds };
    }
}
