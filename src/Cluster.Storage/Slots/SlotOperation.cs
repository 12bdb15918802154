namespace Cluster.Storage.Slots;

/// <summary>What a slot record does. Values are on disk: append only.</summary>
public enum SlotOperationKind : byte
{
    Create = 1,
    Drop = 2,
    Invalidate = 3,
    Advance = 4,
}

/// <summary>One operation of a slot record (docs/formats/slot-records.md). The fields of its kind are set, the others are default.</summary>
public readonly record struct SlotOperation
{
    public required SlotOperationKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Not of a creation: which slot of that name is meant.</summary>
    public Lsn Created { get; init; }

    /// <summary>Of a creation.</summary>
    public ReplicationSlotKind SlotKind { get; init; }

    public Guid Node { get; init; }

    public long Incarnation { get; init; }

    public ReplicationSlotLimits Limits { get; init; }

    /// <summary>Of a creation (none: its own record) and of an advance.</summary>
    public Lsn Restart { get; init; }

    /// <summary>Of an advance.</summary>
    public SlotProgress Confirmed { get; init; }

    /// <summary>Of an advance, µs of the hybrid clock.</summary>
    public long LastSeen { get; init; }

    /// <summary>Of an invalidation.</summary>
    public SlotInvalidation Reason { get; init; }

    public static SlotOperation Create(string name, ReplicationSlotKind kind, Lsn restart = default, ReplicationSlotLimits limits = default) =>
        new() { Kind = SlotOperationKind.Create, Name = name, SlotKind = kind, Restart = restart, Limits = limits };

    public static SlotOperation CreateReplica(Guid node, long incarnation, Lsn restart = default) => new()
    {
        Kind = SlotOperationKind.Create,
        Name = ReplicationSlotName.OfReplica(node),
        SlotKind = ReplicationSlotKind.Replica,
        Node = node,
        Incarnation = incarnation,
        Restart = restart,
    };

    public static SlotOperation Drop(ReplicationSlot slot) => new() { Kind = SlotOperationKind.Drop, Name = slot.Name, Created = slot.Created };

    public static SlotOperation Invalidate(ReplicationSlot slot, SlotInvalidation reason) =>
        new() { Kind = SlotOperationKind.Invalidate, Name = slot.Name, Created = slot.Created, Reason = reason };

    public static SlotOperation Advance(ReplicationSlot slot, Lsn restart, SlotProgress confirmed, long lastSeen) => new()
    {
        Kind = SlotOperationKind.Advance,
        Name = slot.Name,
        Created = slot.Created,
        Restart = restart,
        Confirmed = confirmed,
        LastSeen = lastSeen,
    };
}
