using System.Buffers.Binary;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>
/// The 48 bytes before each section of a data file: its index follows, then its values. Head and index have one checksum and the values another,
/// so that an opening reads no value.
/// </summary>
internal readonly record struct DataSection(int Number, int Entries, int IndexBytes, int ValueBytes, uint ValueChecksum, Lsn First, Lsn Last)
{
    /// <summary>"CLDS".</summary>
    public const uint Magic = 0x53444C43;

    public const int Bytes = 48;

    /// <summary>A section is closed once its values, or its index, pass this.</summary>
    public const int TargetBytes = 256 << 10;

    /// <summary>The longest key or value may be in the last entry.</summary>
    public const int PartBytesMax = TargetBytes + RecordFormat.RecordBytesMax;

    public int Length => Bytes + IndexBytes + ValueBytes;

    /// <summary>Where the values begin, counted from the section's start.</summary>
    public int ValuesStart => Bytes + IndexBytes;

    /// <summary>Writes the head; the index stands behind it already.</summary>
    public void Write(Span<byte> headAndIndex)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(headAndIndex, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(headAndIndex[8..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(headAndIndex[12..], Entries);
        BinaryPrimitives.WriteInt32LittleEndian(headAndIndex[16..], IndexBytes);
        BinaryPrimitives.WriteInt32LittleEndian(headAndIndex[20..], ValueBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(headAndIndex[24..], ValueChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(headAndIndex[28..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(headAndIndex[32..], First.Value);
        BinaryPrimitives.WriteInt64LittleEndian(headAndIndex[40..], Last.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(headAndIndex[4..], Crc32C.Compute(headAndIndex[8..]));
    }

    /// <summary>The fields without the checksum; false if they cannot be those of a section.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out DataSection section)
    {
        section = default;
        if (source.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            return false;
        section = new DataSection(
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[24..]),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[32..])),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(source[40..])));
        return BinaryPrimitives.ReadUInt32LittleEndian(source[28..]) == 0
            && section.Entries > 0
            && section.IndexBytes >= (long)section.Entries * DataEntry.HeadBytes && section.IndexBytes <= PartBytesMax
            && section.ValueBytes is >= 0 and <= PartBytesMax
            && section.First.Value > 0 && section.Last >= section.First;
    }
}
