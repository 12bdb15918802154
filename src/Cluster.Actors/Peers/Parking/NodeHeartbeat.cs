using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers.Parking;

/// <summary>A change of the list that a heartbeat vouches for. Term 0: no longer.</summary>
internal readonly record struct VouchChange(int Shard, long Term);

/// <summary>
/// What one node says to another for all shards that are parked on both, in one item of a peer frame (docs/formats/peer-frame.md).
/// </summary>
/// <param name="Process">The sender's process, random per start.</param>
/// <param name="Stamp">When it was sent, µs of the sender's monotonic clock; strictly growing.</param>
/// <param name="Echo">Stamp of the receiver's newest heartbeat whose list the sender knew whole; 0: none.</param>
/// <param name="Hash">Of the list that the sender vouches for, the changes included.</param>
/// <param name="Count">Its entries.</param>
/// <param name="Whole"><see cref="Changes"/> are the whole list.</param>
/// <param name="WantsWhole">The receiver's list is not known here: it is asked for the whole one.</param>
/// <param name="Changes">Since the heartbeat before.</param>
internal sealed record NodeHeartbeat(long Process, long Stamp, long Echo, ulong Hash, int Count, bool Whole, bool WantsWhole, VouchChange[] Changes)
{
    private const int ChangeBytes = 4 + 8;

    public void WriteTo(WireWriter to)
    {
        to.I64(Process);
        to.I64(Stamp);
        to.I64(Echo);
        to.I64((long)Hash);
        to.I32(Count);
        to.Bool(Whole);
        to.Bool(WantsWhole);
        to.I32(Changes.Length);
        foreach (var change in Changes)
        {
            to.I32(change.Shard);
            to.I64(change.Term);
        }
    }

    /// <summary>Throws <see cref="WireFormatException"/>.</summary>
    public static NodeHeartbeat Read(ReadOnlyMemory<byte> body)
    {
        var from = new WireReader(body);
        var (process, stamp, echo, hash, count) = (from.I64(), from.I64(), from.I64(), from.U64(), from.I32());
        var (whole, wants) = (from.Bool(), from.Bool());
        int changes = from.I32();
        if (changes < 0 || (long)changes * ChangeBytes != from.Remaining) throw new WireFormatException($"{changes} changes do not fill {from.Remaining} bytes");
        var list = new VouchChange[changes];
        for (int i = 0; i < changes; i++) list[i] = new VouchChange(from.I32(), from.I64());
        from.End();
        return new NodeHeartbeat(process, stamp, echo, hash, count, whole, wants, list);
    }
}
