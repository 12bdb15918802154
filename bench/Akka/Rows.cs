namespace Bench;

/// <summary>All rows, and the parts that a row plays in processes of its own.</summary>
internal static class Rows
{
    // A row is a file and a line here.
    public static readonly BenchRow[] All =
    [
        CorePingPong.OnePair,
        CorePingPong.EightPairs,
        CoreTell.OneWay,
        CoreAsk.Sequential,
        CoreActorOf.TopLevel,
        .. RemoteRows.All,
        ClusterForm.Together,
        ClusterForm.SeedLast,
        ClusterKill.Unreachable,
        ClusterKill.Removed,
    ];

    // What `ChildProcess.Start("name", ...)` runs in the other process: it gets the arguments and returns the exit code.
    public static readonly Dictionary<string, Func<string[], int>> Children = new()
    {
        [RemotePeer.Part] = RemotePeer.Run,
        [ClusterNode.Part] = ClusterNode.Run,
    };
}
