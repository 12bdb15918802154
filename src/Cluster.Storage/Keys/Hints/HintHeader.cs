using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>The first 128 bytes of a hint file (docs/formats/hint.md).</summary>
internal readonly record struct HintHeader
{
    /// <summary>"CLH1".</summary>
    public const uint Magic = 0x31484C43;

    public const int Bytes = 128;

    /// <summary>Written by this version. Of version 1 a hint is read that names no key that expires: it does not say when. Those below 3 are of
    /// segments without client sessions.</summary>
    public const ushort NewestVersion = 3;

    public ushort Version { get; init; }
    public required int Shard { get; init; }
    public required ulong SegmentId { get; init; }
    public required Lsn First { get; init; }
    public required Lsn Last { get; init; }
    public required long SegmentBytes { get; init; }
    public required ulong DigestBefore { get; init; }
    public required ulong DigestAfter { get; init; }
    public required Term TermBefore { get; init; }
    public required Term LastTerm { get; init; }
    public required long LastTimestamp { get; init; }
    public required long BlockBytes { get; init; }
    public required int Blocks { get; init; }
    public required long Entries { get; init; }

    /// <summary>Committed keys of the shard when the hint was written, 0 if unknown: how large a directory to make, no more.</summary>
    public long Keys { get; init; }

    public void Write(Span<byte> target)
    {
        target = target[..Bytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], NewestVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Shard);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], SegmentId);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], First.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Last.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], SegmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], DigestBefore);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], DigestAfter);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], TermBefore.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[72..], LastTerm.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[80..], LastTimestamp);
        BinaryPrimitives.WriteInt64LittleEndian(target[88..], BlockBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[96..], Blocks);
        BinaryPrimitives.WriteInt64LittleEndian(target[104..], Entries);
        BinaryPrimitives.WriteInt64LittleEndian(target[112..], Keys);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out HintHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) is 0 or > NewestVersion
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..Bytes]))
            return false;
        header = new HintHeader
        {
            Version = BinaryPrimitives.ReadUInt16LittleEndian(source[8..]),
            Shard = BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            SegmentId = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            First = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            Last = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[32..])),
            SegmentBytes = BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            DigestBefore = BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            DigestAfter = BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            TermBefore = new Term(BinaryPrimitives.ReadInt64LittleEndian(source[64..])),
            LastTerm = new Term(BinaryPrimitives.ReadInt64LittleEndian(source[72..])),
            LastTimestamp = BinaryPrimitives.ReadInt64LittleEndian(source[80..]),
            BlockBytes = BinaryPrimitives.ReadInt64LittleEndian(source[88..]),
            Blocks = BinaryPrimitives.ReadInt32LittleEndian(source[96..]),
            Entries = BinaryPrimitives.ReadInt64LittleEndian(source[104..]),
            Keys = BinaryPrimitives.ReadInt64LittleEndian(source[112..]),
        };
        return true;
    }

    /// <summary>Whether this is about that very segment, as long as it is now.</summary>
    public bool Describes(in SealedSegment segment) =>
        Shard == segment.Header.Shard
        && SegmentId == segment.Header.SegmentId
        && First == segment.Name.First
        && Last == segment.Name.Last
        && SegmentBytes == segment.FileBytes
        && DigestBefore == segment.Header.DigestBefore
        && TermBefore == segment.Header.TermBefore;
}
