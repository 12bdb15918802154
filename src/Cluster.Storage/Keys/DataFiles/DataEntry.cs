using System.Buffers.Binary;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>Kinds of index entries; the numbers are on disk.</summary>
internal enum DataEntryKind : byte
{
    Put = 1,
    PutWithExpiry = 2,
    Tombstone = 3,
}

/// <summary>One entry of a section's index in place: a head of 24 bytes, the expiry if there is one, the key.</summary>
internal readonly ref struct DataEntry
{
    public const int HeadBytes = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private DataEntry(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Length => _bytes.Length;

    public DataEntryKind Kind => (DataEntryKind)_bytes[0];

    public bool HasExpiry => Kind == DataEntryKind.PutWithExpiry;

    /// <summary>Where the operation begins among the section's values.</summary>
    public int Offset => BinaryPrimitives.ReadInt32LittleEndian(_bytes[8..]);

    /// <summary>Bytes of the operation: header, key and value.</summary>
    public int OperationLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes[12..]);

    public Lsn Lsn => new(BinaryPrimitives.ReadInt64LittleEndian(_bytes[16..]));

    /// <summary>µs since 1970, 0 for never.</summary>
    public long ExpiresAt => HasExpiry ? BinaryPrimitives.ReadInt64LittleEndian(_bytes[HeadBytes..]) : 0;

    public ReadOnlySpan<byte> Key => _bytes[(HeadBytes + (HasExpiry ? 8 : 0))..];

    public static int LengthOf(DataEntryKind kind, int keyLength) => HeadBytes + (kind == DataEntryKind.PutWithExpiry ? 8 : 0) + keyLength;

    public static void Write(Span<byte> target, DataEntryKind kind, ReadOnlySpan<byte> key, int offset, int operationLength, Lsn lsn, long expiresAt)
    {
        target[0] = (byte)kind;
        target[1] = target[2] = target[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], operationLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], lsn.Value);
        target = target[HeadBytes..];
        if (kind == DataEntryKind.PutWithExpiry)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, expiresAt);
            target = target[8..];
        }

        key.CopyTo(target);
    }

    /// <summary>The entry at the start of the span, if it is whole and its place lies among the values of that section.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, in DataSection section, out DataEntry entry)
    {
        entry = default;
        if (source.Length < HeadBytes || source[0] is < 1 or > 3 || source[1] != 0 || source[2] != 0 || source[3] != 0)
            return false;
        var kind = (DataEntryKind)source[0];
        var keyLength = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
        if (keyLength > KeyOperationFormat.KeyBytesMax || LengthOf(kind, (int)keyLength) > source.Length)
            return false;
        var found = new DataEntry(source[..LengthOf(kind, (int)keyLength)]);
        var fits = found.Lsn >= section.First && found.Lsn <= section.Last
            && (kind == DataEntryKind.Tombstone
                ? found is { Offset: 0, OperationLength: 0 }
                : found.Offset >= 0 && found.OperationLength <= ValueLocation.LengthMax
                    && found.OperationLength >= KeyOperationFormat.HeaderBytes(found.HasExpiry) + (long)keyLength
                    && (long)found.Offset + found.OperationLength <= section.ValueBytes);
        if (fits)
            entry = found;
        return fits;
    }
}
