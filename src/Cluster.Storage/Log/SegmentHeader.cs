using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>The first 128 bytes of a segment file (docs/formats/segment.md).</summary>
public readonly record struct SegmentHeader(
    int Shard,
    ulong SegmentId,
    Lsn First,
    ulong DigestBefore,
    Term TermBefore,
    Guid ClusterId,
    long CreatedAt)
{
    /// <summary>"CLS1".</summary>
    public const uint Magic = 0x31534C43;

    public const int Bytes = 128;
    public const ushort Version = 1;

    /// <summary>The header of another file of the same shard.</summary>
    public SegmentHeader WithStart(ulong segmentId, Lsn first, ulong digestBefore, Term termBefore) =>
        this with { SegmentId = segmentId, First = first, DigestBefore = digestBefore, TermBefore = termBefore };

    public void Write(Span<byte> target)
    {
        target = target[..Bytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Shard);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], SegmentId);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], First.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], DigestBefore);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], TermBefore.Value);
        MemoryMarshal.Write(target[48..], ClusterId);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], CreatedAt);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..Bytes]))
            return false;
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            new Term(BinaryPrimitives.ReadInt64LittleEndian(source[40..])),
            MemoryMarshal.Read<Guid>(source[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[64..]));
        return true;
    }
}
