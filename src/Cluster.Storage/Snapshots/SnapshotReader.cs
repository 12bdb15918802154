namespace Cluster.Storage.Snapshots;

/// <summary>
/// Reads a leased snapshot as a stream of chunks, in order, from any position on (N4). The caller owns the buffer; nothing is allocated per chunk.
/// One thread at a time, any thread that may block.
/// </summary>
public sealed class SnapshotReader
{
    private readonly SnapshotLease _lease;
    private readonly int _contentBytes;
    private SnapshotPosition _position;

    /// <param name="lease">Must outlive the reader.</param>
    /// <param name="contentBytes">Of a chunk, at most <see cref="SnapshotChunk.ContentBytesMax"/>.</param>
    public SnapshotReader(SnapshotLease lease, int contentBytes = SnapshotChunk.DefaultContentBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contentBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contentBytes, SnapshotChunk.ContentBytesMax);
        _lease = lease;
        _contentBytes = contentBytes;
    }

    /// <summary>Bytes that a buffer for <see cref="TryRead"/> needs.</summary>
    public int ChunkBytesMax => SnapshotChunk.HeaderBytes + _contentBytes;

    /// <summary>Where the next chunk begins.</summary>
    public SnapshotPosition Position => _position;

    public bool IsAtEnd => _position.File >= _lease.FileCount;

    /// <summary>Goes on from there, as a receiver asks. False, and nothing changes, if the stream has no such place: the receiver has another snapshot.</summary>
    public bool TrySeek(SnapshotPosition position)
    {
        var isEnd = position == new SnapshotPosition(_lease.FileCount, 0);
        if (!isEnd && (position.File < 0 || position.File >= _lease.FileCount || position.Offset < 0 || position.Offset > _lease.LengthOf(position.File)))
            return false;
        _position = isEnd || position.Offset < _lease.LengthOf(position.File) ? position : new SnapshotPosition(position.File + 1, 0);
        return true;
    }

    /// <summary>
    /// Writes the next chunk into <paramref name="buffer"/>, at least <see cref="ChunkBytesMax"/> long, and moves on. False at the end. Blocks on the disk. Throws
    /// <see cref="StorageFailedException"/> or <see cref="WalCorruptException"/>; the position is then unchanged.
    /// </summary>
    public bool TryRead(Span<byte> buffer, out int length)
    {
        length = 0;
        if (IsAtEnd)
            return false;
        var left = _lease.LengthOf(_position.File) - _position.Offset;
        var content = (int)Math.Min(left, _contentBytes);
        _lease.Read(_position, buffer.Slice(SnapshotChunk.HeaderBytes, content));
        SnapshotChunk.Seal(buffer, _lease.Manifest.Id, _position, content);
        length = SnapshotChunk.HeaderBytes + content;
        _position = content < left ? _position with { Offset = _position.Offset + content } : new SnapshotPosition(_position.File + 1, 0);
        return true;
    }
}
