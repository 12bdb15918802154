using System.Collections.Concurrent;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Peers.Parking;

/// <summary>The parked shards of this node towards all others: one <see cref="NodePair"/> per node that there is a link to. Any thread.</summary>
internal sealed class NodeParking(TimeProvider time) : IShardParking
{
    /// <summary>As many shards as a cluster may have.</summary>
    private const int ShardsMax = 1024;

    private readonly ConcurrentDictionary<Guid, NodePair> _pairs = new();
    private readonly MonotonicClock _clock = new(time);

    /// <summary>By shard + 1 (the meta shard is -1): somebody may vouch for it. Only spares <see cref="Disturb"/> the locks.</summary>
    private readonly bool[] _parked = new bool[1 + ShardsMax];

    public long Now => _clock.Now;

    /// <summary><paramref name="news"/> is called when something should be said soon; it only passes a message on.</summary>
    public NodePair Open(Guid node, Action news)
    {
        var pair = new NodePair(news);
        _pairs[node] = pair;
        return pair;
    }

    public void Close(Guid node, NodePair pair) => _pairs.TryRemove(new KeyValuePair<Guid, NodePair>(node, pair));

    public bool Vouch(Guid node, int shard, long term)
    {
        if (!_pairs.TryGetValue(node, out var pair) || shard + 1 >= _parked.Length) return false;
        Volatile.Write(ref _parked[shard + 1], true);
        pair.Vouch(shard, term, Now);
        return true;
    }

    public ParkedContact Leave(Guid node, int shard)
    {
        if (shard + 1 < _parked.Length) Volatile.Write(ref _parked[shard + 1], false);
        return _pairs.TryGetValue(node, out var pair) ? pair.Leave(shard) : default;
    }

    public void Disturb(int shard)
    {
        if (shard + 1 >= _parked.Length || !Volatile.Read(ref _parked[shard + 1])) return;
        foreach (var (_, pair) in _pairs) pair.Withdraw(shard);
    }
}
