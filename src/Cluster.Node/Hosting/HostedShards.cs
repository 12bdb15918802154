using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Cluster.Actors;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;
using Cluster.Node.Configuration;
using Cluster.Storage;
using VoterConfiguration = Cluster.Actors.Shards.Core.Configuration;

namespace Cluster.Node.Hosting;

/// <summary>
/// The shards of the node as they outlive an ActorSystem: open replicas, queues, published states, the timer and the threads for
/// cold reads. Made once, when the topology is known; every ActorSystem gets the same ones.
/// </summary>
internal sealed class HostedShards : NodeShards
{
    /// <summary>In the first topology of a cluster every replica is in its first life.</summary>
    private const long FirstIncarnation = 1;

    private readonly NodeStorage _storage;
    private readonly ClusterSettings _settings;
    private readonly Guid _clusterId;
    private readonly NodeClocks _clocks;
    private readonly TimeProvider _time;
    private readonly ShardSettings _shardSettings;
    private readonly ShardTicker _ticker;
    private readonly BlockingWorkers _workers = new();
    private readonly NodeTransfers _transfers = new(TimeProvider.System);
    private readonly ConcurrentDictionary<int, LocalShard> _local = [];

    public HostedShards(NodeStorage storage, ClusterSettings settings, Guid clusterId, int shards, NodeClocks clocks, TimeProvider time)
    {
        _storage = storage;
        _settings = settings;
        _clusterId = clusterId;
        _clocks = clocks;
        _time = time;
        _shardSettings = new ShardSettings
        {
            WriteTimeout = settings.WriteTimeout,
            ElectionTimeout = settings.ElectionTimeout,
            CommitPolicy = settings.CommitPolicy,
            Reads = settings.Reads,
            ClockDriftPercent = settings.ClockDriftPercent,
        };
        Directory = new ShardDirectory(shards);
        Router = new ShardRouter(shards, _shardSettings, time);
        _ticker = new ShardTicker(time, _shardSettings.TickInterval);
    }

    public override ShardDirectory Directory { get; }

    public override ShardRouter Router { get; }

    /// <summary>Replicas of this node whose files are still being read.</summary>
    public int Opening => _local.Values.Count(static shard => shard.IsOpening);

    public override Props PropsOf(int shard, TopologyContent topology, IShardPeers peers)
    {
        var voters = shard == ShardId.Meta ? topology.MetaVoters : topology.Placements[shard];
        var services = new ShardServices
        {
            NodeId = _storage.State.NodeId,
            Settings = _shardSettings,
            Peers = peers,
            Parking = (peers as NodePeers)?.Parking,
            Router = Router,
            Directory = Directory,
            Ticker = _ticker,
            Workers = _workers,
            Transfers = _transfers,
            Hybrid = _clocks.Hybrid,
            Clocks = _clocks,
            Time = _time,
            Regions = NodeRegions.Of(topology.Nodes),
        };
        return voters.Contains(_storage.State.NodeId)
            ? ShardActor.Props(services, LocalShardOf(shard, voters))
            : ForwardingShardActor.Props(services, shard, voters);
    }

    /// <summary>Flushes and closes the replicas. No ActorSystem uses them any more.</summary>
    public override void Dispose()
    {
        Task.WaitAll([.. _local.Values.Select(shard => shard.CloseAsync())]);
        _ticker.Dispose();
        _workers.Dispose();
        _transfers.Dispose();
    }

    /// <summary>Called by one guardian at a time.</summary>
    private LocalShard LocalShardOf(int shard, ImmutableArray<Guid> voters)
    {
        if (_local.TryGetValue(shard, out var known)) return known;
        var local = new LocalShard(new LocalShardOptions
        {
            Shard = shard,
            Folder = Path.Combine(_storage.Folder, ShardFolders.NameOf(shard)),
            ClusterId = _clusterId,
            Environment = _storage.Environment,
            StateFile = _storage.State,
            Initial = new VoterConfiguration(Lsn.None, [.. voters.Select(voter => new Member(voter, FirstIncarnation))], []),
            InitialIncarnation = FirstIncarnation,
            SegmentBytes = _settings.SegmentBytes,
            Fsync = _settings.Fsync,
            Merge = _settings.Merge,
            WalKeepBytes = _settings.WalKeepBytes,
        });
        _local[shard] = local;
        return local;
    }
}
