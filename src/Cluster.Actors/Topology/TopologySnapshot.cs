using System.Collections.Immutable;

namespace Cluster.Actors.Topology;

/// <summary>The cluster as this node knows it, immutable. A consumer keeps the newest version and refuses older ones.</summary>
/// <param name="Version">Counts the snapshots of this process: contents and changes of status.</param>
/// <param name="Statuses">In the order of the content's nodes.</param>
public sealed record TopologySnapshot(long Version, TopologyContent Content, ImmutableArray<NodeStatus> Statuses)
{
    /// <summary>The cluster's own count of its topologies; equal on all nodes that hold the same content.</summary>
    public long Epoch => Content.Epoch;

    public NodeStatus StatusOf(Guid node)
    {
        for (int i = 0; i < Content.Nodes.Length; i++)
            if (Content.Nodes[i].Id == node) return Statuses[i];
        return NodeStatus.Down;
    }
}
