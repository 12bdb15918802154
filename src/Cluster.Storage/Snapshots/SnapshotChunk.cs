using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// A piece of the stream: 40 bytes that say which, then its bytes (docs/formats/snapshot.md). Read and written in place.
///
///     0 u32 magic   4 u32 CRC-32C of all the rest   8 snapshot id   24 u32 file   28 u32 length   32 u64 offset   40 content
/// </summary>
public readonly ref struct SnapshotChunk
{
    /// <summary>"CLSC".</summary>
    public const uint Magic = 0x43534C43;

    public const int HeaderBytes = 40;

    /// <summary>Of the content. A length field beyond it is damage.</summary>
    public const int ContentBytesMax = 16 << 20;

    public const int DefaultContentBytes = 1 << 20;

    private SnapshotChunk(Guid snapshot, SnapshotPosition position, ReadOnlySpan<byte> content)
    {
        Snapshot = snapshot;
        Position = position;
        Content = content;
    }

    public Guid Snapshot { get; }

    public SnapshotPosition Position { get; }

    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Completes the chunk whose content of that length already stands at <see cref="HeaderBytes"/>.</summary>
    public static void Seal(Span<byte> chunk, Guid snapshot, SnapshotPosition position, int contentBytes)
    {
        chunk = chunk[..(HeaderBytes + contentBytes)];
        BinaryPrimitives.WriteUInt32LittleEndian(chunk, Magic);
        MemoryMarshal.Write(chunk[8..], snapshot);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[24..], position.File);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[28..], contentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(chunk[32..], position.Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk[4..], Crc32C.Compute(chunk[8..]));
    }

    /// <summary>False unless the bytes are exactly one chunk whose checksum holds. Allocates nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SnapshotChunk chunk)
    {
        chunk = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]);
        var file = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
        if (length != bytes.Length - HeaderBytes || length is <= 0 or > ContentBytesMax || file < 0 || offset < 0 || offset > long.MaxValue - length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Compute(bytes[8..]))
            return false;
        chunk = new SnapshotChunk(MemoryMarshal.Read<Guid>(bytes[8..]), new SnapshotPosition(file, offset), bytes[HeaderBytes..]);
        return true;
    }
}
