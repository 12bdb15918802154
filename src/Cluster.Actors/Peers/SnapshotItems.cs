using Cluster.Actors.Shards;
using Cluster.Actors.Wire;
using Cluster.Storage.Snapshots;

namespace Cluster.Actors.Peers;

/// <summary>The items of a snapshot's way between two nodes (docs/formats/peer-frame.md).</summary>
internal static class SnapshotItems
{
    public static void Write(SnapshotRequest request, WireWriter to)
    {
        to.I64(request.Stream);
        to.Guid(request.Snapshot);
        to.I32(request.Position.File);
        to.I64(request.Position.Offset);
        to.I64(request.ReceivedBytes);
        to.I64(request.Commit);
    }

    public static SnapshotRequest ReadRequest(ref WireReader from) =>
        new(from.I64(), from.Guid(), new SnapshotPosition(from.I32(), from.I64()), from.I64(), from.I64());

    public static void Write(SnapshotAnswer answer, WireWriter to)
    {
        to.I64(answer.Stream);
        to.U8((byte)answer.Outcome);
        if (answer.Chunk is not { } chunk) return;
        chunk.CopyTo(to.GetSpan(chunk.Length)[..chunk.Length]);
        to.Advance(chunk.Length);
    }

    public static SnapshotAnswer ReadAnswer(ref WireReader from)
    {
        long stream = from.I64();
        byte outcome = from.U8();
        if (outcome > (byte)SnapshotOutcome.Failed) throw new WireFormatException($"unknown outcome {outcome} of a snapshot request");
        if (outcome != (byte)SnapshotOutcome.Chunk) return new SnapshotAnswer(stream, (SnapshotOutcome)outcome);
        if (from.Remaining == 0) throw new WireFormatException("a chunk of a snapshot without bytes");
        return new SnapshotAnswer(stream, SnapshotOutcome.Chunk, new ReceivedBytes(from.Raw(from.Remaining)));
    }
}
