using Cluster.Storage;

namespace Cluster.Actors.Shards;

public enum ShardRole
{
    Follower,
    Leader,
    Learner,
}

/// <summary>The states of a shard replica, as shown to operators. Values travel between nodes: append only.</summary>
public enum ShardState
{
    Recovering,
    CatchingUp,
    Replicating,
    Leading,
    Fenced,
    Stopping,
}

/// <summary>What this node knows about one replica of a shard; of others as they said last.</summary>
public sealed record ReplicaStatus(Guid Node, ShardRole Role, ShardState State, long AppliedLsn, long DurableLsn);

/// <summary>Who leads a shard, as far as this node knows. Replaced as a whole.</summary>
public sealed record ShardLeadership(long Term, Guid? Leader)
{
    public static readonly ShardLeadership Unknown = new(0, null);
}

/// <summary>
/// The published state of one shard on this node. One writer (the shard's actor), any reader. Each field is consistent in itself;
/// fields may be of slightly different moments.
/// </summary>
public sealed class ShardCell(int shard)
{
    private volatile ShardLeadership _leadership = ShardLeadership.Unknown;
    private volatile ReplicaStatus[] _replicas = [];
    private long _commitLsn;
    private long _appendedLsn;
    private long _durableLsn;
    private int _state = (int)ShardState.Recovering;
    private volatile bool _local;
    private volatile bool _parked;
    private volatile bool _diverged;
    private volatile ShardReport _report = ShardReport.None;
    private volatile StorageReport? _storage;
    private volatile BootstrapReport? _bootstrap;
    private volatile bool _stale;
    private int _snapshotsSent;
    private long _freshAt;

    /// <summary>So that it is replaced in one piece.</summary>
    private sealed record StorageReport(MergeStatus Value);

    public int Shard { get; } = shard;

    public ShardLeadership Leadership { get => _leadership; internal set => _leadership = value; }

    /// <summary>The registry of the shard's replicas; refreshed a few times per second unless it is parked.</summary>
    public ShardReport Report { get => _report; internal set => _report = value; }

    public ShardCounters Counters { get; } = new();

    /// <summary>Refreshed a few times per second.</summary>
    public IReadOnlyList<ReplicaStatus> Replicas => _replicas;

    /// <summary>True if this node has a replica of the shard.</summary>
    public bool HasLocalReplica { get => _local; internal set => _local = value; }

    /// <summary>The local replica rests: the heartbeats between the nodes speak for it.</summary>
    public bool Parked { get => _parked; internal set => _parked = value; }

    /// <summary>State of the local replica.</summary>
    public ShardState State { get => (ShardState)Volatile.Read(ref _state); internal set => Volatile.Write(ref _state, (int)value); }

    /// <summary>Committed and visible on this node.</summary>
    public long CommitLsn { get => Volatile.Read(ref _commitLsn); internal set => Volatile.Write(ref _commitLsn, value); }

    public long AppendedLsn { get => Volatile.Read(ref _appendedLsn); internal set => Volatile.Write(ref _appendedLsn, value); }

    public long DurableLsn { get => Volatile.Read(ref _durableLsn); internal set => Volatile.Write(ref _durableLsn, value); }

    /// <summary>The local replica's log differs from its leader's, and it takes part in nothing (R12).</summary>
    public bool IsDiverged { get => _diverged; internal set => _diverged = value; }

    /// <summary>What the local replica's files hold; null until it was looked at. Refreshed once per second.</summary>
    public MergeStatus? Storage { get => _storage?.Value; internal set => _storage = value is { } status ? new StorageReport(status) : null; }

    /// <summary>
    /// The log of the leader does not reach back to this replica: what it serves is whole but old, and does not move until a snapshot has come. Bookmarks are
    /// refused meanwhile.
    /// </summary>
    public bool IsStale { get => _stale; internal set => _stale = value; }

    /// <summary>The snapshot that is on its way to this replica, or null. Refreshed once per second.</summary>
    public BootstrapReport? Bootstrap { get => _bootstrap; internal set => _bootstrap = value; }

    /// <summary>
    /// Everything that its leader had committed then is shown by the local replica, monotonic µs; 0: not known. While it leads or is parked this stands still, and it is as
    /// fresh as can be.
    /// </summary>
    public long FreshAt { get => Volatile.Read(ref _freshAt); internal set => Volatile.Write(ref _freshAt, value); }

    /// <summary>How the local replica has come back, and what it has sent to others for that.</summary>
    public ResyncCounters Resyncs { get; } = new();

    /// <summary>How often this replica has caught up from a leader's log after a start or a break of the link, since the process began.</summary>
    public long PartialResyncs => Resyncs.Partial;

    /// <summary>How often a snapshot took the place of this replica's data.</summary>
    public long FullResyncs => Resyncs.Full;

    /// <summary>Snapshots that this replica is sending to others.</summary>
    public int SnapshotsSent { get => Volatile.Read(ref _snapshotsSent); internal set => Volatile.Write(ref _snapshotsSent, value); }

    internal void SetReplicas(ReplicaStatus[] replicas) => _replicas = replicas;
}

/// <summary>All shards as this node sees them: for routing hints, topology and metrics.</summary>
public sealed class ShardDirectory
{
    private readonly ShardCell[] _cells;

    public ShardDirectory(int shards)
    {
        _cells = new ShardCell[shards + 1];
        for (int i = 0; i < _cells.Length; i++) _cells[i] = new ShardCell(i - 1);
    }

    /// <summary>Data shards; the meta shard comes on top.</summary>
    public int Shards => _cells.Length - 1;

    public ShardCell this[int shard] => _cells[shard + 1];
}
