using Cluster.Storage.Slots;
using Xunit;

namespace Cluster.Storage.Tests.Slots;

public sealed class SlotFormatTests
{
    private static readonly Guid Node = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void A_slot_record_is_no_longer_read_as_it_was_meant()
    {
        Assert.Equal(SlotRecordCodec.Encode(Operations()), Golden("slot-record-v1", "all-operations.bin"));
        var reader = new SlotOperationReader(Golden("slot-record-v1", "all-operations.bin"));
        foreach (var expected in Operations())
        {
            Assert.True(reader.TryNext(out var operation));
            Assert.Equal(expected, operation);
        }

        Assert.False(reader.TryNext(out _));
    }

    [Fact]
    public void A_slot_table_is_no_longer_read_as_it_was_meant()
    {
        var golden = Golden("slot-table-v1", "three-slots.bin");
        Assert.Equal(ReplicationSlotTableCodec.Encode(Table()), golden);
        var table = ReplicationSlotTableCodec.Decode(golden);
        Assert.Equal(Table().Slots.AsEnumerable(), table.Slots);
        Assert.Equal(new Lsn(90), table.Through);
        Assert.Equal(new Lsn(61), table.Floor);
        Assert.Equal(SlotInvalidation.IdleTimeout, table.Find("archive")!.Invalidation);
    }

    /// <summary>An empty table instead would let go of everything that slots hold.</summary>
    [Fact]
    public void A_damaged_table_reads_as_an_empty_one()
    {
        var bytes = ReplicationSlotTableCodec.Encode(Table());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<ReplicationSlotFormatException>(() => ReplicationSlotTableCodec.Decode(damaged));
        }

        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<ReplicationSlotFormatException>(() => ReplicationSlotTableCodec.Decode(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Damaged_slot_records_are_taken_or_break_the_reader()
    {
        var bytes = SlotRecordCodec.Encode(Operations());
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var part = damaged.AsSpan(0, random.Next(3) == 0 ? random.Next(damaged.Length) : damaged.Length);
            try
            {
                SlotRecordCodec.Check(part);
                ReplicationSlotTable.Empty.Apply(new Lsn(100), 5, part);
            }
            catch (ReplicationSlotFormatException)
            {
            }
        }
    }

    [Fact]
    public void A_record_of_a_newer_version_or_without_operations_is_taken()
    {
        Assert.Throws<ReplicationSlotFormatException>(() => SlotRecordCodec.Check([]));
        Assert.Throws<ReplicationSlotFormatException>(() => SlotRecordCodec.Check([1]));
        Assert.Throws<ReplicationSlotFormatException>(() => SlotRecordCodec.Check([2, .. SlotRecordCodec.Encode(Operations())[1..]]));
        Assert.True(SlotRecordCodec.OnlyAdvances(SlotRecordCodec.Encode(Operations().AsSpan(4))));
        Assert.False(SlotRecordCodec.OnlyAdvances(SlotRecordCodec.Encode(Operations())));
    }

    private static SlotOperation[] Operations()
    {
        var slot = new ReplicationSlot { Name = "archive", Kind = ReplicationSlotKind.Archiver, Created = new Lsn(7), Restart = new Lsn(7), Confirmed = default, LastSeen = 0 };
        return
        [
            SlotOperation.CreateReplica(Node, 3, new Lsn(5)),
            SlotOperation.Create("archive", ReplicationSlotKind.Archiver, default, new ReplicationSlotLimits(100_000, 1L << 30, 86_400_000_000)),
            SlotOperation.Drop(slot),
            SlotOperation.Invalidate(slot, SlotInvalidation.WalRemoved),
            SlotOperation.Advance(slot, new Lsn(21), new SlotProgress(new Lsn(30), new Lsn(25), new Lsn(20)), 1_700_000_000_000_000),
        ];
    }

    private static ReplicationSlotTable Table()
    {
        var table = ReplicationSlotTable.Empty.Apply(new Lsn(50), 1_000, SlotRecordCodec.Encode([Operations()[0], Operations()[1], SlotOperation.Create("changes", ReplicationSlotKind.Consumer)]));
        var moved = SlotOperation.Advance(table.Find(ReplicationSlotName.OfReplica(Node))!, new Lsn(61), new SlotProgress(new Lsn(80), new Lsn(70), new Lsn(60)), 1_900);
        var changes = SlotOperation.Advance(table.Find("changes")!, new Lsn(71), new SlotProgress(new Lsn(70), new Lsn(70), new Lsn(70)), 1_950);
        return table.Apply(new Lsn(90), 2_000, SlotRecordCodec.Encode([moved, changes, SlotOperation.Invalidate(table.Find("archive")!, SlotInvalidation.IdleTimeout)]));
    }

    private static byte[] Golden(string format, string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", format, name));
}
