using System.Collections.Immutable;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Topology;

/// <summary>How a node stands, as this node sees it. Advice for people and clients: no quorum depends on it.</summary>
public enum NodeStatus
{
    Joining,
    Up,
    Unreachable,
    Leaving,
    Down,
}

/// <summary>A node with its status. Texts as in the topology: <c>Remote</c> a full Akka address, <c>Resp</c> and <c>Http</c> host:port.</summary>
public sealed record NodeView(Guid Id, string Name, string Remote, string Resp, string Http, string Region, NodeStatus Status);

/// <summary>A shard as far as this node knows: its leader in the newest term heard of, and its replicas.</summary>
public sealed record ShardView(int Shard, long Term, Guid? Leader, long CommitLsn, ImmutableArray<ReplicaStatus> Replicas);

/// <summary>The cluster at one moment, immutable. <c>Shards</c> is ordered by shard number and starts with shard 0.</summary>
public sealed record TopologyView(long Epoch, ImmutableArray<NodeView> Nodes, ImmutableArray<ShardView> Shards)
{
    public static readonly TopologyView Empty = new(0, [], []);

    public NodeView? Find(Guid node)
    {
        foreach (var entry in Nodes)
            if (entry.Id == node) return entry;
        return null;
    }

    /// <summary>The node's name, or its id if the topology does not list it.</summary>
    public string NameOf(Guid node) => Find(node)?.Name ?? node.ToString();
}

/// <summary>Where the process reads the topology. Any thread; cheap enough for every request.</summary>
public interface ITopologyView
{
    TopologyView Current { get; }
}
