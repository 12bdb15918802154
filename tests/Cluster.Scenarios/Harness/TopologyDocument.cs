using System.Net.Http.Json;

namespace Cluster.Scenarios.Harness;

/// <summary>GET /api/topology, as far as it is promised.</summary>
internal sealed record TopologyDocument(long Epoch, NodeRow[] Nodes, ShardRow[] Shards)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };

    public static async Task<TopologyDocument> ReadAsync(int httpPort) =>
        await Http.GetFromJsonAsync<TopologyDocument>($"http://127.0.0.1:{httpPort}/api/topology") ?? throw new IOException("empty topology");

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
            if (replica.State is not ("replicating" or "leading")) return $"shard {shard.Shard} on {node} is {replica.State}";
            if (replica.AppliedLsn < shard.CommitLsn) return $"shard {shard.Shard} on {node} has applied {replica.AppliedLsn} of {shard.CommitLsn}";
        }

        return null;
    }

    public int LedBy(string node) => Shards.Count(shard => shard.Leader == node);
}

internal sealed record NodeRow(Guid Id, string Name, string Remote, string Resp, string Http, string Region, string Status);

internal sealed record ShardRow(int Shard, long Term, string? Leader, long CommitLsn, ReplicaRow[] Replicas);

internal sealed record ReplicaRow(string Node, string Role, string State, long AppliedLsn, long DurableLsn);
