using Cluster.Storage.Slots;
using Xunit;

namespace Cluster.Storage.Tests.Slots;

public sealed class ReplicationSlotTableTests
{
    private ReplicationSlotTable _table = ReplicationSlotTable.Empty;

    [Fact]
    public void A_slot_that_is_not_placed_holds_everything_from_its_own_record_on()
    {
        Apply(40, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        Assert.Equal(new Lsn(40), _table.Floor);
        Assert.Equal(new SlotProgress(new Lsn(39), new Lsn(39), new Lsn(39)), Slot().Confirmed);
    }

    [Fact]
    public void A_slot_asks_for_records_that_other_replicas_may_have_given_up()
    {
        Apply(40, SlotOperation.Create("archive", ReplicationSlotKind.Archiver, new Lsn(7)));
        Assert.Equal(new Lsn(40), Slot().Restart);
        Apply(41, SlotOperation.Create("changes", ReplicationSlotKind.Consumer, new Lsn(7)));
        Assert.Equal(new Lsn(40), Slot("changes").Restart);
    }

    [Fact]
    public void What_is_synced_but_not_applied_is_given_up()
    {
        Apply(10, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        Advance(20, restart: 19, written: 19, flushed: 18, applied: 14);
        Assert.Equal(new Lsn(15), Slot().Restart);
        Assert.Equal(new Lsn(14), Slot().Confirmed.Applied);
    }

    [Fact]
    public void Confirmed_beyond_the_end_of_the_log_counts_as_more_than_there_is()
    {
        Apply(10, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        Advance(20, restart: 5000, written: 5000, flushed: 5000, applied: 5000);
        Assert.Equal(new SlotProgress(new Lsn(19), new Lsn(19), new Lsn(19)), Slot().Confirmed);
        Assert.Equal(new Lsn(20), Slot().Restart);
    }

    [Fact]
    public void A_late_advance_moves_a_slot_back_or_a_new_one_of_its_name()
    {
        Apply(10, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        var first = Slot();
        Advance(20, 20, 19, 19, 19);
        Advance(21, 12, 11, 11, 11);
        Assert.Equal(new Lsn(20), Slot().Restart);
        Apply(22, SlotOperation.Drop(first));
        Apply(23, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        var second = Slot();
        Apply(30, SlotOperation.Advance(first, new Lsn(29), new SlotProgress(new Lsn(29), new Lsn(29), new Lsn(29)), 30));
        Apply(31, SlotOperation.Drop(first));
        Assert.Equal(second, Slot());
    }

    [Fact]
    public void An_invalid_slot_holds_the_log_or_becomes_valid_by_moving()
    {
        Apply(10, SlotOperation.Create("archive", ReplicationSlotKind.Archiver));
        Apply(30, SlotOperation.Invalidate(Slot(), SlotInvalidation.HorizonBytes));
        Assert.Equal(ReplicationSlotTable.Unheld, _table.Floor);
        Assert.Equal((SlotInvalidation.HorizonBytes, new Lsn(30)), (Slot().Invalidation, Slot().InvalidatedBy));
        var lost = Slot();
        Advance(31, 31, 30, 30, 30);
        Apply(32, SlotOperation.Invalidate(Slot(), SlotInvalidation.IdleTimeout));
        Assert.Equal(lost, Slot());
    }

    /// <summary>The ancestor never cleared the reason: after one invalidation every pull said "full" for ever.</summary>
    [Fact]
    public void An_invalidated_replica_can_never_have_a_valid_slot_again()
    {
        var node = Guid.NewGuid();
        Apply(10, SlotOperation.CreateReplica(Guid.NewGuid(), 1), SlotOperation.CreateReplica(node, 1));
        var name = ReplicationSlotName.OfReplica(node);
        Apply(30, SlotOperation.Invalidate(Slot(name), SlotInvalidation.HorizonBytes));
        Apply(50, SlotOperation.Drop(Slot(name)), SlotOperation.CreateReplica(node, 1, new Lsn(45)));
        Assert.True(Slot(name).IsValid);
        Assert.Equal(new Lsn(45), Slot(name).Restart);
    }

    [Fact]
    public void An_operators_slot_takes_the_name_of_a_replicas()
    {
        Assert.False(ReplicationSlotName.IsExternal(ReplicationSlotName.OfReplica(Guid.NewGuid())));
        Assert.True(ReplicationSlotName.IsExternal("archive-2.eu_1"));
        foreach (var name in (string[])["", "Archive", "a b", "-a", "ä", new string('a', 65)])
            Assert.False(ReplicationSlotName.IsExternal(name));
    }

    [Fact]
    public void More_slots_than_a_table_may_hold_are_taken()
    {
        for (var i = 0; i <= ReplicationSlotTable.CountMax; i++)
            Apply(10 + i, SlotOperation.Create($"s{i}", ReplicationSlotKind.Consumer));
        Assert.Equal(ReplicationSlotTable.CountMax, _table.Slots.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Replay_from_any_point_or_a_cut_gives_another_table_or_a_floor_that_was_passed(int seed)
    {
        for (var round = 0; round < 40; round++)
        {
            var random = new Random((seed * 1000) + round);
            var life = new SlotLife(random);
            for (var i = 0; i < 120; i++)
                life.Step();
            life.Verify();
        }
    }

    [Fact]
    public void An_advance_is_the_reason_for_the_next_one()
    {
        var quiet = new QuietRecords();
        quiet.Add(new Lsn(5));
        quiet.Add(new Lsn(6));
        quiet.Add(new Lsn(9));
        Assert.True(quiet.AreAll(new Lsn(5), new Lsn(6)));
        Assert.True(quiet.AreAll(new Lsn(7), new Lsn(6)));
        Assert.False(quiet.AreAll(new Lsn(5), new Lsn(7)));
        Assert.False(quiet.AreAll(new Lsn(6), new Lsn(9)));
        quiet.CutAfter(new Lsn(5));
        quiet.Add(new Lsn(8));
        Assert.True(quiet.AreAll(new Lsn(5), new Lsn(5)));
        Assert.False(quiet.AreAll(new Lsn(6), new Lsn(6)));
        for (var i = 0; i < 40; i++)
            quiet.Add(new Lsn(100 + (2 * i)));
        Assert.False(quiet.AreAll(new Lsn(5), new Lsn(5)));
        Assert.True(quiet.AreAll(new Lsn(178), new Lsn(178)));
    }

    private ReplicationSlot Slot(string name = "archive") => _table.Find(name)!;

    private void Apply(long lsn, params SlotOperation[] operations) => _table = _table.Apply(new Lsn(lsn), 1000 + lsn, SlotRecordCodec.Encode(operations));

    private void Advance(long lsn, long restart, long written, long flushed, long applied) =>
        Apply(lsn, SlotOperation.Advance(Slot(), new Lsn(restart), new SlotProgress(new Lsn(written), new Lsn(flushed), new Lsn(applied)), 1000 + lsn));
}
