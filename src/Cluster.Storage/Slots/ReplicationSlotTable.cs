using System.Collections.Immutable;

namespace Cluster.Storage.Slots;

/// <summary>
/// The replication slots of a shard after some record of its log. Replicated state: it follows from the slot records in LSN order, and from nothing else.
/// Immutable, so the committed table, the pending ones above it and what a snapshot carries are each just a reference.
///
/// Invariants:
/// K1. Two tables that applied the same slot records encode to the same bytes.
/// K2. <see cref="FloorAt"/> never goes back from one record to the next: a slot is created at or above it. So whatever any replica has released
/// by a floor of the past, no slot of the future needs.
/// K3. Applying a record at or below <see cref="Through"/> again changes nothing.
/// K4. An operation that names a slot which is not there, or another one of its name, changes nothing: late or repeated operations are harmless.
/// K5. At most <see cref="CountMax"/> slots.
/// </summary>
public sealed class ReplicationSlotTable
{
    public const int CountMax = 256;

    public static readonly ReplicationSlotTable Empty = new(Lsn.None, []);

    private readonly ImmutableArray<ReplicationSlot> _slots;

    private ReplicationSlotTable(Lsn through, ImmutableArray<ReplicationSlot> slots)
    {
        Through = through;
        _slots = slots;
        var floor = Unheld;
        foreach (var slot in slots)
        {
            if (slot.IsValid)
                floor = Lsn.Min(floor, slot.Restart);
        }

        Floor = floor;
    }

    /// <summary>Above every record: nothing is held.</summary>
    public static Lsn Unheld => new(long.MaxValue);

    /// <summary>The last slot record in it.</summary>
    public Lsn Through { get; }

    /// <summary>The lowest restart LSN of a valid slot; <see cref="Unheld"/> if there is none.</summary>
    public Lsn Floor { get; }

    /// <summary>By name, in the order of its bytes.</summary>
    public ImmutableArray<ReplicationSlot> Slots => _slots;

    /// <summary>The lowest LSN at which a record at <paramref name="lsn"/> may create a slot: what is kept everywhere for others, or itself.</summary>
    public Lsn FloorAt(Lsn lsn) => Lsn.Min(Floor, lsn);

    public ReplicationSlot? Find(string name)
    {
        var at = IndexOf(name);
        return at < 0 ? null : _slots[at];
    }

    /// <summary>
    /// The table after a committed slot record. Throws <see cref="ReplicationSlotFormatException"/> if the payload is none; what was taken into a log was checked before.
    /// </summary>
    public ReplicationSlotTable Apply(Lsn lsn, long timestamp, ReadOnlySpan<byte> payload)
    {
        if (lsn <= Through)
            return this;
        var slots = _slots;
        var table = this;
        var reader = new SlotOperationReader(payload);
        while (reader.TryNext(out var operation))
        {
            slots = table.Change(lsn, timestamp, operation);
            table = new ReplicationSlotTable(lsn, slots);
        }

        return table.Through == lsn ? table : new ReplicationSlotTable(lsn, slots);
    }

    /// <summary>For the codec: throws unless the slots are in order and keep P1 and K5.</summary>
    internal static ReplicationSlotTable Restore(Lsn through, ImmutableArray<ReplicationSlot> slots)
    {
        if (slots.Length > CountMax)
            throw new ReplicationSlotFormatException($"slot table: {slots.Length} slots");
        for (var i = 0; i < slots.Length; i++)
        {
            if (i > 0 && string.CompareOrdinal(slots[i - 1].Name, slots[i].Name) >= 0)
                throw new ReplicationSlotFormatException($"slot table: slot {slots[i].Name} is out of order");
            Check(slots[i], through);
        }

        return new ReplicationSlotTable(through, slots);
    }

    private static void Check(ReplicationSlot slot, Lsn through)
    {
        var confirmed = slot.Confirmed;
        if (!ReplicationSlotName.IsValid(slot.Name) || !Enum.IsDefined(slot.Kind) || !Enum.IsDefined(slot.Invalidation) || !slot.Limits.AreValid
            || slot.Created < Lsn.First || slot.Created > through || slot.Incarnation < 0
            || slot.Restart < Lsn.First || slot.Restart > through.Next || slot.Restart > confirmed.Restart
            || confirmed.Flushed > confirmed.Written || confirmed.Applied > confirmed.Written || confirmed.Written > through
            || confirmed.Flushed < Lsn.None || confirmed.Applied < Lsn.None
            || slot.IsValid != slot.InvalidatedBy.IsNone || slot.InvalidatedBy < Lsn.None || slot.InvalidatedBy > through)
            throw new ReplicationSlotFormatException($"slot table: slot {slot.Name} contradicts itself");
    }

    private ImmutableArray<ReplicationSlot> Change(Lsn lsn, long timestamp, SlotOperation operation)
    {
        var at = IndexOf(operation.Name);
        if (operation.Kind == SlotOperationKind.Create)
            return at >= 0 || _slots.Length >= CountMax ? _slots : _slots.Insert(~at, Create(lsn, timestamp, operation));
        if (at < 0 || _slots[at].Created != operation.Created)
            return _slots; // K4
        var slot = _slots[at];
        return operation.Kind switch
        {
            SlotOperationKind.Drop => _slots.RemoveAt(at),
            SlotOperationKind.Invalidate when slot.IsValid => _slots.SetItem(at, slot with
            {
                Invalidation = operation.Reason,
                InvalidatedBy = lsn,
                InvalidatedAt = timestamp,
            }),
            SlotOperationKind.Advance when slot.IsValid => _slots.SetItem(at, Advance(slot, lsn, timestamp, operation)),
            _ => _slots,
        };
    }

    private ReplicationSlot Create(Lsn lsn, long timestamp, SlotOperation operation)
    {
        var restart = operation.Restart.IsNone ? lsn : Lsn.Min(lsn, Lsn.Max(operation.Restart, FloorAt(lsn))); // K2
        return new ReplicationSlot
        {
            Name = operation.Name,
            Kind = operation.SlotKind,
            Created = lsn,
            Node = operation.Node,
            Incarnation = operation.Incarnation,
            Restart = restart,
            Confirmed = new SlotProgress(restart - 1, restart - 1, restart - 1),
            LastSeen = timestamp,
            Limits = operation.Limits,
        };
    }

    /// <summary>P1, P2: what is told too high is taken as the end of the log before this record, what is told too low changes nothing.</summary>
    private static ReplicationSlot Advance(ReplicationSlot slot, Lsn lsn, long timestamp, SlotOperation operation)
    {
        var end = lsn - 1;
        var (before, told) = (slot.Confirmed, operation.Confirmed);
        var written = Lsn.Max(before.Written, Lsn.Min(told.Written, end));
        var flushed = Lsn.Max(before.Flushed, Lsn.Min(told.Flushed, written));
        var applied = Lsn.Max(before.Applied, Lsn.Min(told.Applied, written));
        var confirmed = new SlotProgress(written, flushed, applied);
        return slot with
        {
            Confirmed = confirmed,
            Restart = Lsn.Max(slot.Restart, Lsn.Min(operation.Restart, confirmed.Restart)),
            LastSeen = Math.Max(slot.LastSeen, Math.Min(operation.LastSeen, timestamp)),
        };
    }

    /// <summary>Of the name, or the complement of where it belongs.</summary>
    private int IndexOf(string name)
    {
        var (low, high) = (0, _slots.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_slots[middle].Name, name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
