using System.Collections.Immutable;
using Cluster.Actors.Shards;
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
    private volatile ShardDirectory? _directory;
    private Func<(long Epoch, ImmutableArray<NodeView> Nodes)> _nodes = static () => (0, []);

    public void Attach(ShardDirectory directory, Func<(long Epoch, ImmutableArray<NodeView> Nodes)> nodes)
    {
        _nodes = nodes;
        _directory = directory;
    }

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
        if (_directory is not { } directory) return TopologyView.Empty;
        var (epoch, nodes) = _nodes();
        var shards = ImmutableArray.CreateBuilder<ShardView>(directory.Shards);
        for (int shard = 0; shard < directory.Shards; shard++)
        {
            var cell = directory[shard];
            var leadership = cell.Leadership;
            shards.Add(new ShardView(shard, leadership.Term, leadership.Leader, cell.CommitLsn, [.. cell.Replicas]));
        }

        return new TopologyView(epoch, nodes, shards.MoveToImmutable());
    }

    private sealed record Cached(TopologyView View, long At);
}
