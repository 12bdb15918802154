using System.Buffers.Binary;
using System.Text;

namespace Cluster.Storage.Slots;

/// <summary>The payload of a slot record: a version and its operations (docs/formats/slot-records.md).</summary>
public static class SlotRecordCodec
{
    public const byte Version = 1;

    internal const int CreateBytes = 1 + 16 + 8 + 8 + 8 + 8 + 8;
    internal const int DropBytes = 8;
    internal const int InvalidateBytes = 9;
    internal const int AdvanceBytes = 6 * 8;

    public static byte[] Encode(ReadOnlySpan<SlotOperation> operations)
    {
        var length = 1;
        foreach (ref readonly var operation in operations)
            length += 2 + operation.Name.Length + BodyBytes(operation.Kind);
        var bytes = new byte[length];
        bytes[0] = Version;
        var at = bytes.AsSpan(1);
        foreach (ref readonly var operation in operations)
        {
            at[0] = (byte)operation.Kind;
            at[1] = (byte)Encoding.ASCII.GetBytes(operation.Name, at[2..]);
            at = at[(2 + operation.Name.Length)..];
            WriteBody(at, operation);
            at = at[BodyBytes(operation.Kind)..];
        }

        return bytes;
    }

    /// <summary>Throws <see cref="ReplicationSlotFormatException"/>; returns the number of operations, at least one.</summary>
    public static int Check(ReadOnlySpan<byte> payload)
    {
        var reader = new SlotOperationReader(payload);
        var count = 0;
        while (reader.TryNext(out _))
            count++;
        return count > 0 ? count : throw new ReplicationSlotFormatException("slot record: it has no operation");
    }

    /// <summary>True if it moves slots and does nothing else: such a record is no reason for another one of its kind.</summary>
    public static bool OnlyAdvances(ReadOnlySpan<byte> payload)
    {
        var reader = new SlotOperationReader(payload);
        while (reader.TryNext(out var operation))
        {
            if (operation.Kind != SlotOperationKind.Advance)
                return false;
        }

        return true;
    }

    /// <summary>-1: unknown.</summary>
    internal static int BodyBytes(SlotOperationKind kind) => kind switch
    {
        SlotOperationKind.Create => CreateBytes,
        SlotOperationKind.Drop => DropBytes,
        SlotOperationKind.Invalidate => InvalidateBytes,
        SlotOperationKind.Advance => AdvanceBytes,
        _ => -1,
    };

    private static void WriteBody(Span<byte> at, in SlotOperation operation)
    {
        if (operation.Kind == SlotOperationKind.Create)
        {
            at[0] = (byte)operation.SlotKind;
            operation.Node.TryWriteBytes(at[1..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(at[17..], operation.Incarnation);
            BinaryPrimitives.WriteInt64LittleEndian(at[25..], operation.Restart.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[33..], operation.Limits.Records);
            BinaryPrimitives.WriteInt64LittleEndian(at[41..], operation.Limits.Bytes);
            BinaryPrimitives.WriteInt64LittleEndian(at[49..], operation.Limits.IdleMicros);
            return;
        }

        BinaryPrimitives.WriteInt64LittleEndian(at, operation.Created.Value);
        if (operation.Kind == SlotOperationKind.Invalidate)
            at[8] = (byte)operation.Reason;
        if (operation.Kind != SlotOperationKind.Advance)
            return;
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], operation.Restart.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[16..], operation.Confirmed.Written.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[24..], operation.Confirmed.Flushed.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[32..], operation.Confirmed.Applied.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[40..], operation.LastSeen);
    }
}
