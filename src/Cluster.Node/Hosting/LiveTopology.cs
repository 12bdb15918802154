using System.Collections.Immutable;
using Cluster.Actors;
using Cluster.Actors.Topology;

namespace Cluster.Node.Hosting;

/// <summary>
/// The topology as HTTP and clients see it: the newest snapshot of the nodes, and what the directory of shards says now. Built when
/// asked for, at most every few milliseconds.
/// </summary>
internal sealed class LiveTopology : ITopologyView
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(20);

    private volatile Cached? _cached;
    private volatile NodeContext? _node;

    public void Attach(NodeContext node) => _node = node;

    public TopologyView Current
    {
        get
        {
            long now = TimeProvider.System.GetTimestamp();
            if (_cached is { } cached && TimeProvider.System.GetElapsedTime(cached.At, now) < Fresh) return cached.View;
            var view = Build();
            _cached = new Cached(view, now);
            return view;
        }
    }

    private TopologyView Build()
    {
        if (_node is not { } node || node.Shards?.Directory is not { } directory || node.Topology is not { } topology) return TopologyView.Empty;
        var nodes = ImmutableArray.CreateBuilder<NodeView>(topology.Content.Nodes.Length);
        foreach (var entry in topology.Content.Nodes)
            nodes.Add(new NodeView(entry.Id, entry.Name, entry.Remote, entry.Resp, entry.Http, entry.Region, topology.StatusOf(entry.Id)));
        var shards = ImmutableArray.CreateBuilder<ShardView>(directory.Shards);
        for (int shard = 0; shard < directory.Shards; shard++)
        {
            var cell = directory[shard];
            var leadership = cell.Leadership;
            shards.Add(new ShardView(shard, leadership.Term, leadership.Leader, cell.CommitLsn, [.. cell.Replicas]));
        }

        return new TopologyView(topology.Epoch, nodes.MoveToImmutable(), shards.MoveToImmutable());
    }

    private sealed record Cached(TopologyView View, long At);
}
