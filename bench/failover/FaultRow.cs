using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Failover;

/// <summary>A fault, and what it is measured by.</summary>
/// <param name="Name">For the table and for --only.</param>
/// <param name="IsPlanned">No client may see an error, and the longest pause of any of them is measured; clients are connected to every node. Else the time to the next
/// acknowledged write, of clients of the other nodes.</param>
/// <param name="Begin">At the target; the clock runs from before it.</param>
internal sealed record FaultRow(string Name, bool IsPlanned, Func<FaultyCluster, Member, Task> Begin)
{
    public static readonly FaultRow[] All =
    [
        new("kill-9", false, (_, target) => Done(() => target.Process!.Send(Signal.Kill))),
        new("sigstop", false, (_, target) => Done(() => target.Process!.Send(Signal.Stop))),
        new("silent-partition", false, (cluster, target) => Done(() => cluster.Network.Cut(CutKind.Silent, [cluster.PlaceOf(target)], cluster.PlacesExcept(cluster.PlaceOf(target))))),
        new("hung-disk", false, (cluster, _) => Done(cluster.Disk.Freeze)),
        new("transfer", true, TransferAllAsync),
        new("sigterm", true, RestartAsync),
        new("rolling-restart", true, async (cluster, _) =>
        {
            foreach (var node in cluster.All)
            {
                await RestartAsync(cluster, node);
                await cluster.IsWholeUnderLoadAsync();
            }
        }),
    ];

    /// <summary>The one that the fault is for: the node with the small disk, else whoever leads most.</summary>
    public Task<Member> TargetAsync(FaultyCluster cluster) => Name == "hung-disk" ? Task.FromResult(cluster.OnDisk) : cluster.LeaderOfMostAsync();

    /// <summary>Every shard of the target to the other nodes, in turn.</summary>
    private static async Task TransferAllAsync(FaultyCluster cluster, Member target)
    {
        var others = cluster.Except(target);
        using var client = target.Connect();
        foreach (var shard in (await target.TopologyAsync()).Shards.Where(shard => shard.Leader == target.Name).ToArray())
        {
            var reply = await client.CallAsync("CLUSTER", "TRANSFER", $"{shard.Shard}", others[shard.Shard % others.Length].Name);
            if (!reply.IsOk) throw new InvalidOperationException($"CLUSTER TRANSFER: {reply}");
        }
    }

    private static async Task RestartAsync(FaultyCluster cluster, Member node)
    {
        node.Process!.Send(Signal.Terminate);
        await node.Process.ExitCodeAsync();
        await node.StartAsync();
    }

    private static Task Done(Action begin)
    {
        begin();
        return Task.CompletedTask;
    }
}
