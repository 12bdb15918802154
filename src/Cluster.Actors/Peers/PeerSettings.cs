namespace Cluster.Actors.Peers;

/// <summary>This node towards its peers, and the limits of a link.</summary>
public sealed record PeerSettings
{
    public required Guid ClusterId { get; init; }

    public required Guid Node { get; init; }

    public required string NodeName { get; init; }

    /// <summary>Random per process start.</summary>
    public required long ProcessId { get; init; }

    public long RecoveryGeneration { get; init; }

    /// <summary>Data shards of the cluster, the same on every node; 0: not known (tests of the link alone).</summary>
    public int ShardCount { get; init; }

    /// <summary>A link that has nothing to say says so at this interval; nine of them without a word from the peer lose it.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan SilenceMax => HeartbeatInterval * 9;

    /// <summary>A frame is closed when it has this many bytes. Below the large object heap's limit.</summary>
    public int FrameBytesTarget { get; init; } = 64 * 1024;

    /// <summary>Above this many bytes that the peer has not confirmed, messages wait in the link.</summary>
    public long InFlightBytesMax { get; init; } = 8L << 20;

    /// <summary>
    /// Chunks of snapshots leave only below this many unconfirmed bytes: what else there is to say stands behind at most that. Enough for several
    /// hundred MB/s between machines of one building.
    /// </summary>
    public long SnapshotInFlightBytesMax { get; init; } = 2L << 20;

    /// <summary>Above this many waiting bytes new messages are dropped (all of them survive loss) and counted.</summary>
    public long WaitingBytesMax { get; init; } = 64L << 20;
}
