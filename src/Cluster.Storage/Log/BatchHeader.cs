using System.Buffers.Binary;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>
/// The 64 bytes before each batch of records in a segment file (docs/formats/segment.md). A record's length can never equal
/// <see cref="Magic"/>, so a walker over a batch stream tells headers from records by their first four bytes.
/// </summary>
public struct BatchHeader
{
    /// <summary>"CLB1". Above <see cref="RecordFormat.RecordBytesMax"/>.</summary>
    public const uint Magic = 0x31424C43;

    public const int Bytes = 64;
    public const int ChecksumStart = 8;
    public const ushort Version = 1;

    /// <summary>The whole batch with its header.</summary>
    public int Length;
    public ulong SegmentId;
    public Lsn First;
    public int Count;

    /// <summary>The commit LSN that the writer knew.</summary>
    public Lsn Commit;

    /// <summary>Everything up to here was synced before this batch was written: damage there is corruption, not a torn tail.</summary>
    public Lsn SyncedThrough;

    /// <summary>The shard's rolling digest after the last record.</summary>
    public ulong Digest;

    public readonly Lsn Last => First + (Count - 1);

    /// <summary>Writes the header over the start of <paramref name="batch"/>, whose records are in place, and seals it with the checksum.</summary>
    public readonly void Write(Span<byte> batch)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(batch, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(batch[8..], Length);
        BinaryPrimitives.WriteUInt16LittleEndian(batch[12..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(batch[14..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[16..], SegmentId);
        BinaryPrimitives.WriteInt64LittleEndian(batch[24..], First.Value);
        BinaryPrimitives.WriteInt32LittleEndian(batch[32..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[36..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(batch[40..], Commit.Value);
        BinaryPrimitives.WriteInt64LittleEndian(batch[48..], SyncedThrough.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[56..], Digest);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[4..], Crc32C.Compute(batch[ChecksumStart..Length]));
    }

    /// <summary>Reads the fields without the checksum. False if they cannot be those of a batch.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out BatchHeader header)
    {
        header = default;
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            return false;
        header = new BatchHeader
        {
            Length = BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            SegmentId = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            First = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            Count = BinaryPrimitives.ReadInt32LittleEndian(source[32..]),
            Commit = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[40..])),
            SyncedThrough = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[48..])),
            Digest = BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
        };
        return BinaryPrimitives.ReadUInt16LittleEndian(source[12..]) == Version
            && header.Count > 0
            && header.First.Value > 0
            && header.First.Value <= long.MaxValue - header.Count
            && header.Length >= Bytes + ((long)header.Count * RecordFormat.HeaderBytes)
            && header.Length <= Bytes + RecordFormat.RecordBytesMax;
    }

    /// <summary>Whether the checksum of the whole batch holds.</summary>
    public static bool ChecksumHolds(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadUInt32LittleEndian(batch[4..]) == Crc32C.Compute(batch[ChecksumStart..]);
}
