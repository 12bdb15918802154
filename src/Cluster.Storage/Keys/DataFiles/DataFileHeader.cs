using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>The first 128 bytes of a data file (docs/formats/data-file.md).</summary>
internal readonly record struct DataFileHeader(int Shard, ulong Id, Lsn First, Guid ClusterId)
{
    /// <summary>"CLD1".</summary>
    public const uint Magic = 0x31444C43;

    public const int Bytes = 128;
    public const ushort Version = 1;

    public void Write(Span<byte> target)
    {
        target = target[..Bytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Shard);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Id);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], First.Value);
        MemoryMarshal.Write(target[32..], ClusterId);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out DataFileHeader header)
    {
        header = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[8..]) != Version
            || BinaryPrimitives.ReadUInt16LittleEndian(source[10..]) != Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..Bytes]))
            return false;
        header = new DataFileHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            MemoryMarshal.Read<Guid>(source[32..]));
        return true;
    }
}

/// <summary>The last 64 bytes of a data file.</summary>
internal readonly record struct DataFileFooter(ulong Id, Lsn Last, int Sections, long Entries, long Tombstones, long ValueBytes, long FileBytes)
{
    /// <summary>"CLDE".</summary>
    public const uint Magic = 0x45444C43;

    public const int Bytes = 64;

    public void Write(Span<byte> target)
    {
        target = target[..Bytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Id);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Last.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[24..], Sections);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Entries);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], Tombstones);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], ValueBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[56..], FileBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out DataFileFooter footer)
    {
        footer = default;
        if (source.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..Bytes]))
            return false;
        footer = new DataFileFooter(
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[16..])),
            BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[56..]));
        return true;
    }
}
