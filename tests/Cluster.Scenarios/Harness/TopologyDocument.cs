using System.Net.Http.Json;

namespace Cluster.Scenarios.Harness;

/// <summary>GET /api/topology, as far as it is promised.</summary>
internal sealed record TopologyDocument(long Epoch, NodeRow[] Nodes, ShardRow[] Shards)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };

    public static async Task<TopologyDocument> ReadAsync(string address, int httpPort) =>
        await Http.GetFromJsonAsync<TopologyDocument>($"http://{address}:{httpPort}/api/topology") ?? throw new IOException("empty topology");

    /// <summary>Null if every shard is led by one of these nodes, else the first that is not.</summary>
    public string? NotLedBy(IReadOnlyCollection<string> nodes)
    {
        foreach (var shard in Shards)
            if (shard.Leader is null || !nodes.Contains(shard.Leader)) return $"shard {shard.Shard} is led by {shard.Leader ?? "nobody"}";
        return null;
    }

    /// <summary>Null if the replicas on this node have applied all that is committed, else the first that has not.</summary>
    public string? NotCaughtUp(string node)
    {
        foreach (var shard in Shards)
        {
            var replica = Array.Find(shard.Replicas, row => row.Node == node);
            if (replica is null) return $"shard {shard.Shard} has no replica on {node}";
            if (NotCaughtUp(shard, replica, shard.CommitLsn) is { } lag) return lag;
        }

        return null;
    }

    /// <summary>Null if every replica that a shard has is up to date, or has at least what was committed in an earlier document.</summary>
    public string? NotCaughtUp(TopologyDocument? earlier = null)
    {
        foreach (var shard in Shards)
        {
            long wanted = Array.Find((earlier ?? this).Shards, row => row.Shard == shard.Shard)?.CommitLsn ?? 0;
            foreach (var replica in shard.Replicas)
                if (NotCaughtUp(shard, replica, wanted) is { } lag) return lag;
        }

        return null;
    }

    public int LedBy(string node) => Shards.Count(shard => shard.Leader == node);

    private static string? NotCaughtUp(ShardRow shard, ReplicaRow replica, long wanted)
    {
        if (replica.State is not ("replicating" or "leading")) return $"shard {shard.Shard} on {replica.Node} is {replica.State}";
        return replica.AppliedLsn < wanted ? $"shard {shard.Shard} on {replica.Node} has applied {replica.AppliedLsn} of {wanted}" : null;
    }
}

internal sealed record NodeRow(Guid Id, string Name, string Remote, string Resp, string Http, string Region, string Status);

internal sealed record ShardRow(int Shard, long Term, string? Leader, long CommitLsn, ReplicaRow[] Replicas);

internal sealed record ReplicaRow(string Node, string Role, string State, long AppliedLsn, long DurableLsn);
