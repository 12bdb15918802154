using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

/// <summary>Settings of all shards of a node. Every default is the one of hocon/reference.conf.</summary>
public sealed record ShardSettings
{
    /// <summary>A client command without an outcome by then is answered `-UNKNOWN` if it may have been appended, else with a definite error.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A replica that hears no leader for this long, times a random factor of 1 to 1.5, starts an election.</summary>
    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(750);

    /// <summary>What <see cref="Shards.CommitPolicy.Default"/> means on this node; itself never Default.</summary>
    public WritePolicy CommitPolicy { get; init; } = WritePolicy.Quorum;

    /// <summary>How a leader proves to a read that it still leads. Lease: only over a clock that runs through suspend, see <see cref="ShardServices.Time"/>.</summary>
    public ReadMode Reads { get; init; } = ReadMode.Quorum;

    /// <summary>By how much the clocks of two nodes may differ in speed, in percent: for the lease.</summary>
    public int ClockDriftPercent { get; init; } = 10;

    /// <summary>Batches that wait in front of one shard.</summary>
    public int QueueBatchesMax { get; init; } = 16 * 1024;

    /// <summary>Argument bytes that wait in front of one shard.</summary>
    public long QueueBytesMax { get; init; } = 128L << 20;

    /// <summary>Forwarded batches of one shard that wait for the leader's answer.</summary>
    public int ForwardsInFlightMax { get; init; } = 256;

    /// <summary>Record bytes in one message to a replica; a larger record goes in parts of this size.</summary>
    public int AnswerBytesMax { get; init; } = 256 << 10;

    /// <summary>A shard that was idle for this long is parked: the heartbeats between the nodes speak for it.</summary>
    public TimeSpan ParkAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of log per second that the writers of a shard may always append, however slowly a new copy of one of its replicas gets on.</summary>
    public long SlowedWritersBytesPerSecond { get; init; } = 2L << 20;

    /// <summary>Interval of the node's one shard tick.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(20);
}
