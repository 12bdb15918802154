using System.Buffers.Binary;

namespace Cluster.Storage.Slots;

/// <summary>Walks through the operations of a slot record. Throws <see cref="ReplicationSlotFormatException"/> where the bytes are none.</summary>
public ref struct SlotOperationReader
{
    private ReadOnlySpan<byte> _rest;

    public SlotOperationReader(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload[0] != SlotRecordCodec.Version)
            throw new ReplicationSlotFormatException(payload.IsEmpty ? "slot record: it is empty" : $"slot record: version {payload[0]} is not known");
        _rest = payload[1..];
    }

    public bool TryNext(out SlotOperation operation)
    {
        operation = default;
        if (_rest.IsEmpty)
            return false;
        var kind = (SlotOperationKind)_rest[0];
        var length = SlotRecordCodec.BodyBytes(kind);
        if (length < 0)
            throw new ReplicationSlotFormatException($"slot record: operation {(byte)kind} is not known");
        if (_rest.Length < 2 || _rest.Length < 2 + _rest[1] + length)
            throw new ReplicationSlotFormatException("slot record: it ends within an operation");
        if (!ReplicationSlotName.TryRead(_rest.Slice(2, _rest[1]), out var name))
            throw new ReplicationSlotFormatException("slot record: a name is not one of a replication slot");
        operation = Read(kind, name, _rest.Slice(2 + _rest[1], length));
        _rest = _rest[(2 + _rest[1] + length)..];
        return true;
    }

    private static SlotOperation Read(SlotOperationKind kind, string name, ReadOnlySpan<byte> at)
    {
        var operation = kind == SlotOperationKind.Create
            ? new SlotOperation
            {
                Kind = kind,
                Name = name,
                SlotKind = (ReplicationSlotKind)at[0],
                Node = new Guid(at.Slice(1, 16), bigEndian: true),
                Incarnation = Number(at, 17),
                Restart = new Lsn(Number(at, 25)),
                Limits = new ReplicationSlotLimits(Number(at, 33), Number(at, 41), Number(at, 49)),
            }
            : new SlotOperation
            {
                Kind = kind,
                Name = name,
                Created = new Lsn(Number(at, 0)),
                Reason = kind == SlotOperationKind.Invalidate ? (SlotInvalidation)at[8] : SlotInvalidation.None,
                Restart = kind == SlotOperationKind.Advance ? new Lsn(Number(at, 8)) : Lsn.None,
                Confirmed = kind == SlotOperationKind.Advance ? new SlotProgress(new Lsn(Number(at, 16)), new Lsn(Number(at, 24)), new Lsn(Number(at, 32))) : default,
                LastSeen = kind == SlotOperationKind.Advance ? Number(at, 40) : 0,
            };
        if (!IsValid(operation))
            throw new ReplicationSlotFormatException($"slot record: its {kind} of {name} has values out of range");
        return operation;
    }

    private static bool IsValid(in SlotOperation operation)
    {
        var confirmed = operation.Confirmed;
        return operation.Restart >= Lsn.None && confirmed.Written >= Lsn.None && confirmed.Flushed >= Lsn.None && confirmed.Applied >= Lsn.None
            && confirmed.Written < ReplicationSlotTable.Unheld && operation.LastSeen >= 0
            && operation.Kind switch
            {
                SlotOperationKind.Create => Enum.IsDefined(operation.SlotKind) && operation.Incarnation >= 0 && operation.Limits.AreValid
                    && (operation.SlotKind == ReplicationSlotKind.Replica) == (operation.Name == ReplicationSlotName.OfReplica(operation.Node)),
                SlotOperationKind.Invalidate => operation.Created >= Lsn.First && Enum.IsDefined(operation.Reason) && operation.Reason != SlotInvalidation.None,
                _ => operation.Created >= Lsn.First,
            };
    }

    private static long Number(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadInt64LittleEndian(at[offset..]);
}
