using System.Buffers.Binary;

namespace Cluster.Storage.Keys.Hints;

/// <summary>Kinds of hint entries; the numbers are on disk.</summary>
internal enum HintKind : byte
{
    Put = 1,
    PutWithExpiry = 2,
    Delete = 3,
    FlushKeys = 4,
    Control = 5,
    TermStart = 6,
    BatchPlace = 7,
    Stamps = 8,
}

/// <summary>One entry of a hint block in place: a head of 16 bytes, then a part of variable length (docs/formats/hint.md).</summary>
internal readonly ref struct HintEntry
{
    public const int HeadBytes = 16;

    /// <summary>Of the time before the key of a put that expires.</summary>
    public const int ExpiryBytes = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private HintEntry(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Length => _bytes.Length;

    public HintKind Kind => (HintKind)_bytes[0];

    /// <summary>Of a control record.</summary>
    public RecordKind RecordKind => (RecordKind)_bytes[1];

    /// <summary>Of an operation in its segment.</summary>
    public uint Offset => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[8..]);

    public uint OperationLength => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[12..]);

    public Lsn Lsn => new(BinaryPrimitives.ReadInt64LittleEndian(_bytes[8..]));

    public ReadOnlySpan<byte> Extra => _bytes[HeadBytes..];

    /// <summary>Of a put or delete.</summary>
    public ReadOnlySpan<byte> Key => _bytes[(Kind == HintKind.PutWithExpiry ? HeadBytes + ExpiryBytes : HeadBytes)..];

    /// <summary>Of a put, µs since 1970, 0 for never.</summary>
    public long ExpiresAt => Kind == HintKind.PutWithExpiry ? Number(0) : 0;

    public long Number(int index) => BinaryPrimitives.ReadInt64LittleEndian(Extra[(8 * index)..]);

    /// <summary>
    /// The entry at the start of the span; its lengths fit, and a place lies inside a segment of that many bytes. In version 1 a put that
    /// expires does not say when, so it does not count as read.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, in HintHeader header, out HintEntry entry)
    {
        entry = default;
        if (source.Length < HeadBytes)
            return false;
        var extra = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
        if (extra > (uint)(source.Length - HeadBytes))
            return false;
        var found = new HintEntry(source[..(HeadBytes + (int)extra)]);
        var fits = found.Kind switch
        {
            HintKind.Put => IsPut(found, extra, hasExpiry: false, header.SegmentBytes),
            HintKind.PutWithExpiry => header.Version >= 2 && extra >= ExpiryBytes && IsPut(found, extra - ExpiryBytes, hasExpiry: true, header.SegmentBytes),
            HintKind.Delete => extra <= KeyOperationFormat.KeyBytesMax,
            HintKind.FlushKeys => extra == 0,
            HintKind.Control => extra >= 16 && found.RecordKind is RecordKind.Configuration or RecordKind.Topology,
            HintKind.TermStart => extra == 8,
            HintKind.BatchPlace => extra == 16,
            HintKind.Stamps => header.Version >= 3 && HintStamps.IsValid(found.Extra, found.Lsn, header),
            _ => false,
        };
        if (fits)
            entry = found;
        return fits;
    }

    private static bool IsPut(in HintEntry entry, uint keyLength, bool hasExpiry, long segmentBytes) =>
        keyLength <= KeyOperationFormat.KeyBytesMax
        && entry.OperationLength <= ValueLocation.LengthMax
        && entry.OperationLength >= KeyOperationFormat.HeaderBytes(hasExpiry) + (long)keyLength
        && entry.Offset + (long)entry.OperationLength <= segmentBytes;

    public static void WriteHead(Span<byte> target, HintKind kind, int extra, ulong value, RecordKind recordKind = default)
    {
        target[0] = (byte)kind;
        target[1] = (byte)recordKind;
        target[2] = target[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], extra);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], value);
    }
}
