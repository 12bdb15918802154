using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Slots;

/// <summary>The bytes of a slot table in a shard manifest (docs/formats/slot-records.md). Equal tables give equal bytes.</summary>
public static class ReplicationSlotTableCodec
{
    private const uint Magic = 0x50534C43; // "CLSP"
    private const int Version = 1;
    private const int HeaderBytes = 20;

    /// <summary>Of a slot, without its name.</summary>
    private const int SlotBytes = 1 + 1 + 1 + 8 + 16 + 8 + (4 * 8) + 8 + (3 * 8) + 8 + 8;

    public static byte[] Encode(ReplicationSlotTable table)
    {
        var length = HeaderBytes + 4;
        foreach (var slot in table.Slots)
            length += SlotBytes + slot.Name.Length;
        var bytes = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), table.Slots.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), table.Through.Value);
        var at = bytes.AsSpan(HeaderBytes);
        foreach (var slot in table.Slots)
        {
            Write(at, slot);
            at = at[(SlotBytes + slot.Name.Length)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(at, Crc32C.Compute(bytes.AsSpan(..^4)));
        return bytes;
    }

    /// <summary>Throws <see cref="ReplicationSlotFormatException"/> unless the bytes are one whole table that keeps its invariants.</summary>
    public static ReplicationSlotTable Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes + 4)
            throw new ReplicationSlotFormatException($"slot table: {bytes.Length} bytes are too few");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) != Version)
            throw new ReplicationSlotFormatException("slot table: unknown version");
        var (stored, computed) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]), Crc32C.Compute(bytes[..^4]));
        if (stored != computed)
            throw new ReplicationSlotFormatException($"slot table: checksum {stored:x8}, computed {computed:x8}");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var through = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]));
        if (count is < 0 or > ReplicationSlotTable.CountMax || through < Lsn.None || through >= ReplicationSlotTable.Unheld)
            throw new ReplicationSlotFormatException($"slot table: {count} slots through LSN {through}");
        var slots = ImmutableArray.CreateBuilder<ReplicationSlot>(count);
        var rest = bytes[HeaderBytes..^4];
        for (var i = 0; i < count; i++)
            slots.Add(Read(ref rest));
        if (!rest.IsEmpty)
            throw new ReplicationSlotFormatException($"slot table: {rest.Length} bytes behind the last slot");
        return ReplicationSlotTable.Restore(through, slots.MoveToImmutable());
    }

    private static void Write(Span<byte> at, ReplicationSlot slot)
    {
        at[0] = (byte)Encoding.ASCII.GetBytes(slot.Name, at[1..]);
        at = at[(1 + at[0])..];
        at[0] = (byte)slot.Kind;
        at[1] = (byte)slot.Invalidation;
        slot.Node.TryWriteBytes(at[2..], bigEndian: true, out _);
        ReadOnlySpan<long> numbers =
        [
            slot.Created.Value, slot.Incarnation, slot.Restart.Value, slot.Confirmed.Written.Value, slot.Confirmed.Flushed.Value, slot.Confirmed.Applied.Value,
            slot.LastSeen, slot.Limits.Records, slot.Limits.Bytes, slot.Limits.IdleMicros, slot.InvalidatedBy.Value, slot.InvalidatedAt,
        ];
        at = at[18..];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, number);
            at = at[8..];
        }
    }

    private static ReplicationSlot Read(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest.Length < SlotBytes + rest[0])
            throw new ReplicationSlotFormatException("slot table: it ends within a slot");
        if (!ReplicationSlotName.TryRead(rest.Slice(1, rest[0]), out var name))
            throw new ReplicationSlotFormatException("slot table: a name is not one of a replication slot");
        var at = rest.Slice(1 + rest[0], SlotBytes - 1);
        rest = rest[(SlotBytes + rest[0])..];
        var slot = new ReplicationSlot
        {
            Name = name,
            Kind = (ReplicationSlotKind)at[0],
            Invalidation = (SlotInvalidation)at[1],
            Node = new Guid(at.Slice(2, 16), bigEndian: true),
            Created = new Lsn(Number(at, 0)),
            Incarnation = Number(at, 1),
            Restart = new Lsn(Number(at, 2)),
            Confirmed = new SlotProgress(new Lsn(Number(at, 3)), new Lsn(Number(at, 4)), new Lsn(Number(at, 5))),
            LastSeen = Number(at, 6),
            Limits = new ReplicationSlotLimits(Number(at, 7), Number(at, 8), Number(at, 9)),
            InvalidatedBy = new Lsn(Number(at, 10)),
            InvalidatedAt = Number(at, 11),
        };
        if ((slot.Kind == ReplicationSlotKind.Replica) != (name == ReplicationSlotName.OfReplica(slot.Node)))
            throw new ReplicationSlotFormatException($"slot table: slot {name} has the wrong kind for its name");
        return slot;
    }

    private static long Number(ReadOnlySpan<byte> at, int index) => BinaryPrimitives.ReadInt64LittleEndian(at[(18 + (8 * index))..]);
}
