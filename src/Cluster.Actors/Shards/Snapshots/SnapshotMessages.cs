using System.Buffers;
using Cluster.Storage.Snapshots;

namespace Cluster.Actors.Shards;

/// <summary>
/// A replica that the log cannot serve any more asks for (the rest of) a snapshot; also its acknowledgement of what has come. Lost or repeated it does no harm:
/// a source goes on from <see cref="Position"/> when <see cref="Stream"/> is newer than the one it serves, and counts <see cref="ReceivedBytes"/> otherwise.
/// </summary>
/// <param name="stream">Of the receiver's attempts; a later one is larger, also after a restart of its process.</param>
/// <param name="snapshot">The one that it has a part of; empty: it has none, any will do.</param>
/// <param name="position">The first byte that it does not have.</param>
/// <param name="receivedBytes">Of the chunks of this stream that it has taken: the source keeps a bounded number of bytes ahead of that.</param>
/// <param name="commit">The receiver's commit LSN: only a snapshot beyond it is of use.</param>
public sealed class SnapshotRequest(long stream, Guid snapshot, SnapshotPosition position, long receivedBytes, long commit) : ShardMessage
{
    public long Stream { get; } = stream;

    public Guid Snapshot { get; } = snapshot;

    public SnapshotPosition Position { get; } = position;

    public long ReceivedBytes { get; } = receivedBytes;

    public long Commit { get; } = commit;
}

/// <summary>What a source says to a <see cref="SnapshotRequest"/>. The numbers are on the wire: append only.</summary>
public enum SnapshotOutcome : byte
{
    /// <summary>The next chunk of the stream.</summary>
    Chunk = 0,

    /// <summary>It does not lead, and holds no snapshot for the one who asks.</summary>
    NotLeader = 1,

    /// <summary>There is none yet that would help: ask again later.</summary>
    NotYet = 2,

    /// <summary>The snapshot that was begun is not here any more: begin anew.</summary>
    Gone = 3,

    /// <summary>The source cannot read it: ask again later.</summary>
    Failed = 4,
}

/// <summary>A chunk of a snapshot (docs/formats/snapshot.md), or why there is none. Travels behind everything else that a link has to carry.</summary>
public sealed class SnapshotAnswer(long stream, SnapshotOutcome outcome, RecordBytes? chunk = null) : ShardMessage
{
    public long Stream { get; } = stream;

    public SnapshotOutcome Outcome { get; } = outcome;

    /// <summary>Null unless the outcome is Chunk.</summary>
    public RecordBytes? Chunk { get; } = chunk;

    public override void Release() => Chunk?.Release();
}

/// <summary>A chunk that was read from the source's disk, in a rented buffer.</summary>
internal sealed class RentedChunk(byte[] buffer, int length) : RecordBytes
{
    private byte[]? _buffer = buffer;

    public override int Length => length;

    public override void CopyTo(Span<byte> to) => _buffer.AsSpan(0, length).CopyTo(to);

    public override void Release()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
    }
}
