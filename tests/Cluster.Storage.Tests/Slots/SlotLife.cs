using Cluster.Storage.Slots;
using Xunit;

namespace Cluster.Storage.Tests.Slots;

/// <summary>
/// A random life of a shard's slots: records of every kind, well meant and not, commits and cuts. The model is the list of records in the log.
/// </summary>
internal sealed class SlotLife(Random random)
{
    private static readonly string[] Names = ["a", "archive", "b", "changes"];

    private readonly List<(Lsn Lsn, byte[] Payload)> _log = [];
    private readonly ReplicationSlotHistory _history = new(ReplicationSlotTable.Empty);
    private readonly Guid[] _nodes = [.. Enumerable.Range(1, 3).Select(static i => new Guid(i, 0, 0, new byte[8]))];
    private Lsn _last;
    private Lsn _commit;

    /// <summary>The highest that a replica may have released below, ever.</summary>
    private Lsn _released;

    public void Step()
    {
        switch (random.Next(12))
        {
            case 0:
                _history.CutAfter(Cut());
                break;
            case <= 3:
                _commit += random.NextInt64(_last - _commit + 1);
                _history.CommitThrough(_commit);
                break;
            case <= 6:
                _last += random.Next(1, 5); // other records
                break;
            default:
                Append();
                break;
        }

        var floor = Lsn.Min(_history.Floor, _commit.Next);
        foreach (var table in (ReplicationSlotTable[])[_history.Committed, _history.Newest])
            foreach (var slot in table.Slots)
                CheckSlot(slot, floor);
        _released = Lsn.Max(_released, floor);
    }

    public void Verify()
    {
        _commit = _last;
        _history.CommitThrough(_commit);
        var whole = Replay(ReplicationSlotTable.Empty);
        var bytes = ReplicationSlotTableCodec.Encode(whole);
        Assert.Equal(bytes, ReplicationSlotTableCodec.Encode(_history.Committed));
        Assert.Equal(bytes, ReplicationSlotTableCodec.Encode(ReplicationSlotTableCodec.Decode(bytes)));

        // From a table of the middle, over the records before it as well (K3).
        var middle = _log.Count == 0 ? 0 : random.Next(_log.Count);
        var table = ReplicationSlotTable.Empty;
        var floor = Lsn.None;
        for (var i = 0; i < _log.Count; i++)
        {
            table = table.Apply(_log[i].Lsn, Time(_log[i].Lsn), _log[i].Payload);
            Assert.True(table.FloorAt(_log[i].Lsn.Next) >= floor, "K2: the floor has gone back");
            floor = table.FloorAt(_log[i].Lsn.Next);
            if (i == middle)
                Assert.Equal(bytes, ReplicationSlotTableCodec.Encode(Replay(ReplicationSlotTableCodec.Decode(ReplicationSlotTableCodec.Encode(table)))));
        }
    }

    private void CheckSlot(ReplicationSlot slot, Lsn floor)
    {
        var confirmed = slot.Confirmed;
        Assert.True(confirmed.Flushed <= confirmed.Written && confirmed.Applied <= confirmed.Written && slot.Restart <= confirmed.Restart && confirmed.Written < _last, "P1, P2");
        if (!slot.IsValid)
            return;
        // What was released may not be needed by any valid slot of the committed table, or of one that follows on it.
        Assert.True(slot.Restart >= _released, $"slot {slot.Name} needs {slot.Restart}, released below {_released}");
        Assert.True(floor <= slot.Restart, "H1");
    }

    private Lsn Cut()
    {
        var keep = _commit + random.NextInt64(_last - _commit + 1);
        _log.RemoveAll(record => record.Lsn > keep);
        return _last = keep;
    }

    private void Append()
    {
        _last = _last.Next;
        var operations = new SlotOperation[random.Next(1, 4)];
        for (var i = 0; i < operations.Length; i++)
            operations[i] = Operation();
        var payload = SlotRecordCodec.Encode(operations);
        Assert.Equal(operations.Length, SlotRecordCodec.Check(payload));
        _log.Add((_last, payload));
        _history.Appended(_last, Time(_last), payload);
    }

    private SlotOperation Operation()
    {
        var slots = _history.Newest.Slots;
        if (slots.IsEmpty || random.Next(4) == 0)
        {
            return random.Next(2) == 0
                ? SlotOperation.CreateReplica(_nodes[random.Next(3)], random.Next(4), new Lsn(random.NextInt64(_last.Value + 10)))
                : SlotOperation.Create(Names[random.Next(Names.Length)], ReplicationSlotKind.Archiver, new Lsn(random.NextInt64(_last.Value + 10)));
        }

        var slot = slots[random.Next(slots.Length)];
        if (random.Next(8) == 0)
            slot = slot with { Created = new Lsn(1 + random.NextInt64(_last.Value)) }; // one that was, or never was
        return random.Next(8) switch
        {
            0 => SlotOperation.Drop(slot),
            1 => SlotOperation.Invalidate(slot, (SlotInvalidation)random.Next(1, 5)),
            _ => SlotOperation.Advance(slot, Any(), new SlotProgress(Any(), Any(), Any()), random.NextInt64(10_000)),
        };
    }

    private Lsn Any() => new(random.NextInt64(_last.Value + 20));

    private ReplicationSlotTable Replay(ReplicationSlotTable table)
    {
        foreach (var (lsn, payload) in _log)
            table = table.Apply(lsn, Time(lsn), payload);
        return table;
    }

    private static long Time(Lsn lsn) => 1000 + lsn.Value;
}
