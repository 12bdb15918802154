using System.Diagnostics;
using System.Text.Json;

namespace DebianPackages;

/// <summary>
/// The load under faults: three nodes; while the packages are loaded the node that leads the fewest shards is killed, restarted
/// and waited for; then the one that leads the most is killed and stays dead. Afterwards every acknowledged record must be read back byte-identical
/// from a survivor, and with READONLY from the restarted node.
/// </summary>
public sealed class Drill(string repository, string folder, IReadOnlyList<Package> packages, LoadSettings settings)
{
    public async Task<bool> Run(int run)
    {
        string data = Path.Combine(folder, $"run-{run}");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        ClusterNode[] nodes = [new(repository, data, 1), new(repository, data, 2), new(repository, data, 3)];
        try
        {
            await Task.WhenAll(nodes.Select(n => n.Start()));
            await Until("every shard has a leader", nodes[0], t => Leaders(t).All(l => l is not null));

            string ackFile = Path.Combine(data, "acknowledged");
            LoadReport report;
            ClusterNode restarted, dead;
            TimeSpan caughtUp, allLed;
            using (var acks = new AckLog(ackFile))
            {
                var loader = new Loader([.. nodes.Select(n => n.Resp)], acks, settings);
                var load = Bar.Show($"run {run}", packages.Count, progress => loader.Run(packages, progress, CancellationToken.None));
                (restarted, caughtUp) = await KillAndRestart(loader, nodes);
                (dead, allLed) = await KillForGood(loader, nodes, restarted);
                report = await load;
            }

            var survivor = nodes.First(n => n != restarted && n != dead);
            var acknowledged = AckLog.Read(ackFile);
            int lost = await Verifier.Run(survivor.Resp, readOnly: false, packages, acknowledged, _ => { });
            await Until($"{restarted.Name} has applied everything", survivor, t => IsCaughtUp(t, restarted.Name));
            int lostLocally = await Verifier.Run(restarted.Resp, readOnly: true, packages, acknowledged, _ => { });
            Console.WriteLine(
                $"run {run}: {report}; {restarted.Name} back and caught up {caughtUp.TotalSeconds:F1} s after its kill, all shards led {allLed.TotalMilliseconds:F0} ms after the kill of {dead.Name}; "
                + $"{acknowledged.Count} checked: {lost} wrong on {survivor.Name}, {lostLocally} wrong READONLY on {restarted.Name}");
            return lost == 0 && lostLocally == 0 && acknowledged.Count == packages.Count;
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }
    }

    private async Task<(ClusterNode, TimeSpan)> KillAndRestart(Loader loader, ClusterNode[] nodes)
    {
        await Until(() => loader.Acknowledged > packages.Count / 10);
        var (fewest, _) = await ByLeaders(nodes, nodes[0]);
        int before = loader.Acknowledged;
        var clock = Stopwatch.StartNew();
        fewest.Kill();
        await Until(() => loader.Acknowledged > before + packages.Count / 50);
        await fewest.Start();
        await Until($"{fewest.Name} has caught up", nodes.First(n => n != fewest), t => IsCaughtUp(t, fewest.Name, lagMax: 2000));
        return (fewest, clock.Elapsed);
    }

    private async Task<(ClusterNode, TimeSpan)> KillForGood(Loader loader, ClusterNode[] nodes, ClusterNode restarted)
    {
        if (loader.Acknowledged >= packages.Count) throw new InvalidOperationException("the load was over before the second kill: lower --rate");
        var (_, most) = await ByLeaders([.. nodes.Where(n => n != restarted)], nodes.First(n => n != restarted));
        var clock = Stopwatch.StartNew();
        most.Kill();
        await Until("every shard has a living leader", nodes.First(n => n != most), t => Leaders(t).All(l => l is not null && l != most.Name));
        return (most, clock.Elapsed);
    }

    /// <summary>Of the candidates the one that leads the fewest shards and the one that leads the most.</summary>
    private static async Task<(ClusterNode Fewest, ClusterNode Most)> ByLeaders(ClusterNode[] candidates, ClusterNode witness)
    {
        using var topology = await witness.Topology();
        var counts = candidates.ToDictionary(n => n, n => Leaders(topology.RootElement).Count(l => l == n.Name));
        return (candidates.MinBy(n => counts[n])!, candidates.MaxBy(n => counts[n])!);
    }

    private static IEnumerable<string?> Leaders(JsonElement topology) =>
        topology.GetProperty("shards").EnumerateArray().Select(s => s.GetProperty("leader").GetString());

    /// <summary>On each shard the replica has applied the commit LSN that the leader shows, less the permitted lag (records still in flight under load).</summary>
    private static bool IsCaughtUp(JsonElement topology, string node, long lagMax = 0)
    {
        foreach (var shard in topology.GetProperty("shards").EnumerateArray())
        {
            var replica = shard.GetProperty("replicas").EnumerateArray().FirstOrDefault(r => r.GetProperty("node").GetString() == node);
            if (replica.ValueKind == JsonValueKind.Undefined) return false;
            string? state = replica.GetProperty("state").GetString();
            if (state is not ("replicating" or "leading")) return false;
            if (replica.GetProperty("appliedLsn").GetInt64() + lagMax < shard.GetProperty("commitLsn").GetInt64()) return false;
        }

        return true;
    }

    private static async Task Until(string what, ClusterNode witness, Func<JsonElement, bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            try
            {
                using var topology = await witness.Topology();
                if (condition(topology.RootElement)) return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"not within a minute, as {witness.Name} sees it: {what}");
    }

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException("the load made no progress for a minute");
            await Task.Delay(5);
        }
    }
}
