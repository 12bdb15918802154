using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Node.Configuration;
using Cluster.Storage;
using Cluster.Storage.Time;

namespace Cluster.Node.Hosting;

/// <summary>
/// The shards of the node as they outlive an ActorSystem: open replicas, queues, published states, the timer and the threads for
/// cold reads. Made once, when the topology is known; every ActorSystem gets the same ones.
/// </summary>
internal sealed class HostedShards : IAsyncDisposable
{
    private readonly NodeStorage _storage;
    private readonly ClusterSettings _settings;
    private readonly Guid _clusterId;
    private readonly HybridClock _clock;
    private readonly ShardSettings _shardSettings;
    private readonly ShardTicker _ticker;
    private readonly BlockingWorkers _workers = new();
    private readonly Dictionary<int, LocalShard> _local = [];

    public HostedShards(NodeStorage storage, ClusterSettings settings, Guid clusterId, int shards, HybridClock clock)
    {
        _storage = storage;
        _settings = settings;
        _clusterId = clusterId;
        _clock = clock;
        _shardSettings = new ShardSettings
        {
            WriteTimeout = settings.WriteTimeout,
            ElectionTimeout = settings.ElectionTimeout,
            CommitPolicy = settings.CommitPolicy,
        };
        Directory = new ShardDirectory(shards);
        Router = new ShardRouter(shards, _shardSettings, TimeProvider.System);
        _ticker = new ShardTicker(TimeProvider.System, _shardSettings.TickInterval);
    }

    public ShardDirectory Directory { get; }

    public ShardRouter Router { get; }

    /// <summary>
    /// The actor of a shard on this node: of its replica if the node is among the voters, else the one that forwards to them.
    /// </summary>
    public Props PropsOf(int shard, IReadOnlyList<Guid> voters, IShardPeers peers)
    {
        var services = new ShardServices
        {
            NodeId = _storage.State.NodeId,
            Settings = _shardSettings,
            Peers = peers,
            Router = Router,
            Directory = Directory,
            Ticker = _ticker,
            Workers = _workers,
            Hybrid = _clock,
            Time = TimeProvider.System,
        };
        return voters.Contains(_storage.State.NodeId)
            ? ShardActor.Props(services, LocalShardOf(shard, voters))
            : ForwardingShardActor.Props(services, shard, voters);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _local.Values) await shard.CloseAsync().ConfigureAwait(false);
        _ticker.Dispose();
        _workers.Dispose();
    }

    private LocalShard LocalShardOf(int shard, IReadOnlyList<Guid> voters)
    {
        if (_local.TryGetValue(shard, out var known)) return known;
        string name = shard == ShardId.Meta ? "shard-meta" : "shard-" + shard.ToString("d4", CultureInfo.InvariantCulture);
        var local = new LocalShard(new LocalShardOptions
        {
            Shard = shard,
            Folder = Path.Combine(_storage.Folder, name),
            ClusterId = _clusterId,
            Environment = _storage.Environment,
            StateFile = _storage.State,
            Initial = new Cluster.Actors.Shards.Core.Configuration(Lsn.None, [.. voters.Select(voter => new Member(voter, 1))], ImmutableArray<Member>.Empty),
            SegmentBytes = _settings.SegmentBytes,
            Fsync = _settings.Fsync,
        });
        _local.Add(shard, local);
        return local;
    }
}
