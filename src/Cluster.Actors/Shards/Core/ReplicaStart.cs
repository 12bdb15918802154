using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What a replica is started with: what its log and the node file hold after recovery.</summary>
public sealed record ReplicaStart
{
    /// <summary>This node.</summary>
    public required Guid Node { get; init; }

    /// <summary>As read from the node file.</summary>
    public required ReplicaState State { get; init; }

    /// <summary>
    /// Configurations in LSN order: the one that holds at <see cref="Commit"/>, then every later one in the log. The first may be the
    /// one that the shard was created with (LSN none).
    /// </summary>
    public required IReadOnlyList<Configuration> Configurations { get; init; }

    /// <summary>Timeline of the log. The core keeps a copy of its own.</summary>
    public required TermTable Terms { get; init; }

    /// <summary>Oldest record that the log still holds; `Last.Next` if it holds none.</summary>
    public required Lsn First { get; init; }

    /// <summary>Newest record in the log.</summary>
    public required Lsn Last { get; init; }

    /// <summary>Everything up to here is known to be durable (S2: not above what a sync has covered).</summary>
    public required Lsn Flushed { get; init; }

    /// <summary>Highest commit LSN found, clamped to <see cref="Last"/>.</summary>
    public required Lsn Commit { get; init; }

    public required ReplicaSettings Settings { get; init; }

    /// <summary>Seed of the election timeouts. Different on every node and at every start.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Monotonic µs.</summary>
    public required long Now { get; init; }

    /// <summary>
    /// False for a replica whose data may be incomplete (weak fsync after a crash, S3): it neither votes, campaigns nor acknowledges until a
    /// configuration record gives it a new incarnation; the core has the lost one saved as -k before it says anything. The only
    /// voter of a shard goes on with what it has. For a replica whose folder is missing (R9) the owner itself saves -k before it creates an
    /// empty one, and starts with that: then not even an only voter goes on, and a crash in between leaves the folder missing.
    /// </summary>
    public bool Counts { get; init; } = true;

    /// <summary>
    /// This replica was found to differ from its leader, and marked so (see <see cref="EffectKind.Diverged"/>): it starts stopped, and takes part in
    /// nothing until its folder was set aside.
    /// </summary>
    public bool Diverged { get; init; }
}
