using System.Diagnostics;

namespace Bench;

/// <summary>
/// kill -9 of one of three: until both others call it unreachable, and until both have removed it. Heartbeats every second, acceptable pause 2 s,
/// stable-after 3 s. One drill gives both figures.
/// </summary>
internal static class ClusterKill
{
    private static readonly Queue<TimeSpan> UnreachableAfter = [];
    private static readonly Queue<TimeSpan> RemovedAfter = [];

    public static readonly BenchRow Unreachable = new(
        "cluster-unreachable", "kill -9 → unreachable (detector pause 2 s)", "s", 1, Aim.AtMost(3.3, 3, 3), () => Next(UnreachableAfter));

    public static readonly BenchRow Removed = new(
        "cluster-removed", "kill -9 → removed (stable-after 3 s)", "s", 1, Aim.AtMost(7.5, 7.5, 7.5), () => Next(RemovedAfter));

    private static Sample Next(Queue<TimeSpan> figures)
    {
        if (figures.Count == 0)
            Drill();
        var took = figures.Dequeue();
        return new Sample(1, took, TimeSpan.Zero, 0) { Figure = took.TotalSeconds };
    }

    private static void Drill()
    {
        using var nodes = new ClusterProcesses();
        for (var node = 0; node < 3; node++)
            nodes.Start(node, seedAlone: false);
        nodes.AwaitAll("up", 0, 1, 2);
        // A detector begins with a wide spread and needs ten beats to trust the rhythm; and the kill falls anywhere between two beats.
        Thread.Sleep(10_000 + Random.Shared.Next(1_000));
        var killed = Stopwatch.GetTimestamp();
        nodes.Kill(2);
        UnreachableAfter.Enqueue(Stopwatch.GetElapsedTime(killed, nodes.AwaitAll("unreachable", 0, 1)));
        RemovedAfter.Enqueue(Stopwatch.GetElapsedTime(killed, nodes.AwaitAll("removed", 0, 1)));
    }
}
