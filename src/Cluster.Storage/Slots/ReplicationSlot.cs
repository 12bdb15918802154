namespace Cluster.Storage.Slots;

/// <summary>How far whoever holds a replication slot has confirmed the log: newest record written, synced, applied there.</summary>
public readonly record struct SlotProgress(Lsn Written, Lsn Flushed, Lsn Applied)
{
    /// <summary>The first record that is still needed: applied alone does not survive a crash there, synced alone is not used yet.</summary>
    public Lsn Restart => Lsn.Min(Flushed, Applied).Next;
}

/// <summary>
/// A promise of the shard: records from <see cref="Restart"/> on stay in the log of every replica while the slot is valid. Immutable.
/// Invariants:
/// P1. Flushed ≤ Written, Applied ≤ Written, Restart ≤ min(Flushed, Applied) + 1: nothing that is not confirmed is given up, and what is synced does not count as applied.
/// P2. No LSN of it goes back, and none is beyond the log when it is told.
/// P3. Once invalid it stays invalid, holds nothing and does not move. It heals by being dropped and created anew.
/// </summary>
public sealed record ReplicationSlot
{
    public required string Name { get; init; }

    public required ReplicationSlotKind Kind { get; init; }

    /// <summary>The record that created it: with the name its identity. One that is dropped and created again is another.</summary>
    public required Lsn Created { get; init; }

    /// <summary>Of a replica's; else empty.</summary>
    public Guid Node { get; init; }

    /// <summary>Of a replica's, as in the configuration; else 0.</summary>
    public long Incarnation { get; init; }

    /// <summary>The first record that it still needs.</summary>
    public required Lsn Restart { get; init; }

    public required SlotProgress Confirmed { get; init; }

    /// <summary>µs of the hybrid clock: when it was last used, as of the last record about it.</summary>
    public required long LastSeen { get; init; }

    public ReplicationSlotLimits Limits { get; init; }

    public SlotInvalidation Invalidation { get; init; }

    /// <summary>The record that made it invalid; none while it is valid.</summary>
    public Lsn InvalidatedBy { get; init; }

    /// <summary>Timestamp of that record, µs.</summary>
    public long InvalidatedAt { get; init; }

    public bool IsValid => Invalidation == SlotInvalidation.None;
}
