using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Log;

namespace Cluster.Storage.Tests.Fuzz;

/// <summary>Makes the checksums of damaged bytes hold again, where the bytes are long enough to have them.</summary>
internal static class Sealing
{
    /// <summary>A checksum at offset 4 of everything from 8 to the head's end.</summary>
    public static Action<byte[]> Head(int bytes) => damaged =>
    {
        if (damaged.Length >= Math.Max(bytes, 8))
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(4), Crc32C.Compute(damaged.AsSpan(8..bytes)));
    };

    public static void Chunk(byte[] damaged) => Head(damaged.Length)(damaged);

    public static void StateFile(byte[] damaged)
    {
        if (damaged.Length < 24)
            return;
        BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(12), damaged.Length - 24);
        BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(16), ~Crc32C.Update(Crc32C.Update(~0u, damaged.AsSpan(0, 16)), damaged.AsSpan(24)));
    }

    public static void SnapshotManifest(byte[] damaged)
    {
        if (damaged.Length >= 20)
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(16), ~Crc32C.Update(Crc32C.Update(~0u, damaged.AsSpan(0, 16)), damaged.AsSpan(20)));
    }

    /// <summary>Segment header, and every batch that still has its magic.</summary>
    public static void Batches(byte[] damaged)
    {
        Head(SegmentHeader.Bytes)(damaged);
        for (var at = SegmentHeader.Bytes; at + BatchHeader.Bytes <= damaged.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(damaged.AsSpan(at + 8));
            if (BinaryPrimitives.ReadUInt32LittleEndian(damaged.AsSpan(at)) != BatchHeader.Magic || length < BatchHeader.Bytes || length > damaged.Length - at)
                return;
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at + 4), Crc32C.Compute(damaged.AsSpan(at + 8, length - 8)));
            at += length;
        }
    }

    public static void Hint(byte[] damaged)
    {
        Head(HintHeader.Bytes)(damaged);
        for (var (at, index) = (HintHeader.Bytes, 0); at + HintReader.BlockHeadBytes <= damaged.Length; index++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(damaged.AsSpan(at));
            if (length < 0 || length > damaged.Length - at - HintReader.BlockHeadBytes)
                return;
            var content = damaged.AsSpan(at + HintReader.BlockHeadBytes, length);
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at + 4), HintWriter.Checksum(index, content));
            at += HintReader.BlockHeadBytes + length;
        }
    }

    /// <summary>Header, footer and sections of a data file that kept its length.</summary>
    public static void DataFile(byte[] damaged, long bytes)
    {
        if (damaged.Length != bytes)
            return;
        Head(DataFileHeader.Bytes)(damaged);
        var end = damaged.Length - DataFileFooter.Bytes;
        var footer = damaged.AsSpan(end);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[4..], Crc32C.Compute(footer[8..]));
        for (var at = DataFileHeader.Bytes; at + DataSection.Bytes <= end;)
        {
            if (!DataSection.TryRead(damaged.AsSpan(at), out var section) || section.Length > end - at)
                return;
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at + 24), Crc32C.Compute(damaged.AsSpan(at + section.ValuesStart, section.ValueBytes)));
            BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at + 4), Crc32C.Compute(damaged.AsSpan(at + 8, section.ValuesStart - 8)));
            at += section.Length;
        }
    }
}
