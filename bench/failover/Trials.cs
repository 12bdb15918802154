using System.Diagnostics;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Failover;

/// <summary>Runs of one fault on one cluster, which is made whole again after each.</summary>
internal sealed class Trials(FaultyCluster cluster, FaultRow row)
{
    /// <summary>Leaders have settled, and every client has had acknowledgements.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1.5);

    /// <summary>Watched after a planned change, since its pauses may come late.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);

    public async Task<Trial> RunAsync()
    {
        await cluster.EndFaultsAsync();
        await cluster.IsWholeAsync();
        var target = await row.TargetAsync(cluster);
        await HasLeadersAsync(target);
        var clients = await ClientsAsync(target);
        try
        {
            await Hold.ForAsync(Before);
            var topology = await cluster.All[0].TopologyAsync();
            var watched = row.IsPlanned ? clients : [.. clients.Where(client => topology.Shards.Any(shard => shard.Shard == client.Shard && shard.Leader == target.Name))];
            long begin = Stopwatch.GetTimestamp();
            await row.Begin(cluster, target);
            // Of packets it takes several commands to cut them all: what was sent before the last of them may have been answered through what was still open.
            long inForce = Stopwatch.GetTimestamp();
            TimeSpan? time, after = null;
            if (row.IsPlanned)
            {
                await Hold.ForAsync(After);
                var longest = clients.Select(client => client.LongestPauseSince(begin)).MaxBy(pause => pause.Length);
                (time, after) = (longest.Length, Stopwatch.GetElapsedTime(begin, Math.Max(begin, longest.Begin)));
            }
            else
            {
                time = await NextAcksAsync(watched, begin, inForce);
                if (time is null) Console.Error.WriteLine($"{row.Name}: no write on shard {string.Join(", ", watched.Where(client => client.FirstAckAfter(inForce) is null).Select(client => client.Shard))}\n{cluster.Logs()}");
            }

            var errors = clients.SelectMany(client => client.Errors).GroupBy(error => error.Key).ToDictionary(group => group.Key, group => group.Sum(error => error.Value));
            return new Trial(row.Name, DateTime.UtcNow, Trial.LoadAverage(), time?.TotalMilliseconds, after?.TotalMilliseconds, watched.Length, errors, clients.Sum(client => client.Refused), clients.Sum(client => client.Closed));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    /// <summary>From the fault's begin to the last shard's first acknowledgement of a write that was sent when the fault was whole.</summary>
    private static async Task<TimeSpan?> NextAcksAsync(ShardClient[] clients, long begin, long inForce)
    {
        try
        {
            await Poll.UntilAsync("every shard acknowledges again", () => clients.All(client => client.FirstAckAfter(inForce) is not null));
        }
        catch (TimeoutException)
        {
            return null;
        }

        return Stopwatch.GetElapsedTime(begin, clients.Max(client => client.FirstAckAfter(inForce)!.Value));
    }

    private async Task<ShardClient[]> ClientsAsync(Member target)
    {
        int shards = (await cluster.All[0].TopologyAsync()).Shards.Length;
        Member[] nodes = row.IsPlanned ? cluster.All : cluster.Except(target);
        var clients = Enumerable.Range(0, shards).Select(shard => new ShardClient(shard, Keys.TagOf(shard, shards), [.. nodes[(shard % nodes.Length)..], .. nodes[..(shard % nodes.Length)]])).ToArray();
        long now = Stopwatch.GetTimestamp();
        await Poll.UntilAsync("every client writes", () => clients.All(client => client.FirstAckAfter(now) is not null));
        return clients;
    }

    /// <summary>Restarts the others until the target leads some shard.</summary>
    private async Task HasLeadersAsync(Member target)
    {
        for (int i = 0; (await cluster.All[0].TopologyAsync()).LedBy(target.Name) == 0; i++)
        {
            var others = cluster.Except(target);
            await others[i % others.Length].KillAsync();
            await cluster.IsLedByTheLivingAsync();
            await cluster.MakeWholeAsync();
        }
    }
}
