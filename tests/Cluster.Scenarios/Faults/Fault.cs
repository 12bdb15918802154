using Cluster.Scenarios.Harness;

namespace Cluster.Scenarios.Faults;

internal enum FaultKind
{
    KillLeader,
    KillOne,
    KillMajority,
    KillAll,
    RestartStorm,
    StopLeader,
    StopOne,
    IsolateLeader,
    Halves,
    DeafLeader,
    DumbLeader,
    Ring,

    /// <summary>Two of five are cut off that hold two of three replicas of some shard: that shard must go on, although the Akka cluster takes them for lost.</summary>
    ShardMajorityInMinority,
    HungDisk,
    FullDisk,
    RollingRestart,
}

/// <summary>One fault of a kind, at nodes that the seed picks, begun at once; <see cref="FaultyCluster.EndFaultsAsync"/> ends all faults.</summary>
internal sealed class Fault(FaultyCluster cluster, Random random, FaultKind kind)
{
    private const int StormRestarts = 4;

    /// <summary>Less than a record of the workload, more than nothing: the disk is full in the middle of one.</summary>
    private const long BytesLeft = 8 << 10;

    /// <returns>What was done, and to whom.</returns>
    public async Task<string> BeginAsync()
    {
        var running = cluster.All.Where(node => node is { Runs: true, Process: { IsStopped: false, WasEnded: false } }).ToArray();
        if (running.Length == 0) return $"{kind}: nobody is left";
        var one = running[random.Next(running.Length)];
        var leader = await LeaderAsync(running) ?? one;
        int at = cluster.PlaceOf(leader);
        var cut = random.Next(2) == 0 ? CutKind.Silent : CutKind.Fast;
        switch (kind)
        {
            case FaultKind.KillLeader:
                leader.Process!.Send(Signal.Kill);
                return Said(leader);
            case FaultKind.KillOne:
                one.Process!.Send(Signal.Kill);
                return Said(one);
            case FaultKind.KillMajority:
                return Said(KillSome(running, (cluster.All.Length / 2) + 1));
            case FaultKind.KillAll:
                return Said(KillSome(running, running.Length));
            case FaultKind.RestartStorm:
                for (int i = 0; i < StormRestarts; i++)
                {
                    one.Process!.Send(Signal.Kill);
                    if (one == cluster.OnDisk && cluster.Disk.IsFrozen) return Said(one);
                    await one.Process.ExitCodeAsync();
                    one.Start();
                    await Hold.ForAsync(TimeSpan.FromMilliseconds(random.Next(50, 1_500))); // somewhere in the middle of its start
                }

                one.Process!.Send(Signal.Kill);
                return Said(one);
            case FaultKind.StopLeader:
                leader.Process!.Send(Signal.Stop);
                return Said(leader);
            case FaultKind.StopOne:
                one.Process!.Send(Signal.Stop);
                return Said(one);
            case FaultKind.IsolateLeader:
                cluster.Network.Cut(cut, [at], cluster.PlacesExcept(at));
                return $"{cut} {Said(leader)}";
            case FaultKind.Halves:
                int[] places = [.. Enumerable.Range(0, cluster.All.Length)];
                random.Shuffle(places);
                int[] few = places[..(places.Length / 2)];
                cluster.Network.Cut(cut, few, cluster.PlacesExcept(few));
                return $"{cut} {Said([.. few.Select(place => cluster.All[place])])} from the others";
            case FaultKind.DeafLeader:
                cluster.Network.CutOneWay(cluster.PlacesExcept(at), [at]);
                return Said(leader);
            case FaultKind.DumbLeader:
                cluster.Network.CutOneWay([at], cluster.PlacesExcept(at));
                return Said(leader);
            case FaultKind.Ring:
                for (int place = 0; place < cluster.All.Length; place++)
                {
                    int next = (place + 1) % cluster.All.Length, before = (place + cluster.All.Length - 1) % cluster.All.Length;
                    cluster.Network.CutOneWay(cluster.PlacesExcept(place, next, before), [place]);
                }

                return "Ring: each hears its two neighbours";
            case FaultKind.ShardMajorityInMinority:
                return await CutOffMajorityOfAShardAsync(cut);
            case FaultKind.HungDisk:
                cluster.Disk.Freeze();
                return Said(cluster.OnDisk);
            case FaultKind.FullDisk:
                if (cluster.Disk.IsFrozen) return "FullDisk: it hangs already";
                cluster.Disk.Fill(BytesLeft);
                return Said(cluster.OnDisk);
            case FaultKind.RollingRestart:
                foreach (var node in running)
                {
                    if (node == cluster.OnDisk && cluster.Disk.IsFrozen) continue;
                    node.Process!.Send(Signal.Terminate);
                    await node.Process.ExitCodeAsync();
                    node.Start();
                    await Hold.ForAsync(TimeSpan.FromMilliseconds(random.Next(500, 3_000)));
                }

                return Said(running);
            default:
                throw new InvalidOperationException($"{kind}");
        }
    }

    private string Said(params Member[] nodes) => $"{kind} {string.Join(",", nodes.Select(node => node.Name))}";

    private async Task<string> CutOffMajorityOfAShardAsync(CutKind cut)
    {
        if (cluster.All.Length != 5 || cluster.All.Any(node => node is not { Runs: true, Process: { IsStopped: false, WasEnded: false } })) return $"{kind}: needs five running nodes";
        int pick = random.Next(1_000);
        TopologyDocument topology = null!;
        await Poll.UntilAsync("every replica's node is known by its name", async () =>
        {
            topology = await cluster.All[0].TopologyAsync();
            var stranger = topology.Shards.SelectMany(row => row.Replicas).FirstOrDefault(replica => !cluster.All.Any(node => node.Name == replica.Node));
            return topology.Shards.Length == 0 ? "no shards" : stranger?.Node;
        });
        var shard = topology.Shards[pick % topology.Shards.Length];
        int[] few = [.. shard.Replicas.Take(2).Select(replica => Array.FindIndex(cluster.All, node => node.Name == replica.Node))];
        int[] many = cluster.PlacesExcept(few);
        cluster.Network.Cut(cut, few, many);
        var witness = cluster.All[many[0]];
        await Poll.UntilAsync("the two are down for the Akka cluster", async () =>
            (await witness.TopologyAsync()).Nodes.Where(node => few.Any(place => cluster.All[place].Name == node.Name) && node.Status != "down").Select(node => $"{node.Name} is {node.Status}").FirstOrDefault());
        string key = Keys.TagOf(shard.Shard, topology.Shards.Length) + ":minority";
        await Poll.UntilAsync($"shard {shard.Shard} goes on among the two", async () =>
        {
            using var client = cluster.All[few[0]].Connect();
            var reply = await client.CallAsync("SET", key, "1");
            return reply.IsOk ? null : reply.ToString();
        });
        return $"{cut} {Said([.. few.Select(place => cluster.All[place])])} with the majority of shard {shard.Shard}";
    }

    private Member[] KillSome(Member[] running, int count)
    {
        random.Shuffle(running);
        var victims = running.Take(count).ToArray();
        foreach (var victim in victims) victim.Process!.Send(Signal.Kill);
        return victims;
    }

    /// <summary>Who leads most, as the first that answers knows.</summary>
    private static async Task<Member?> LeaderAsync(Member[] running)
    {
        foreach (var witness in running)
        {
            try
            {
                var topology = await witness.TopologyAsync();
                return running.MaxBy(node => topology.LedBy(node.Name));
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                // It is cut off, stopped or has just started.
            }
        }

        return null;
    }
}
