using System.Buffers.Binary;

namespace Cluster.Storage.Keys;

/// <summary>Reads one encoded key operation in place.</summary>
public readonly ref struct KeyOperationView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private KeyOperationView(ReadOnlySpan<byte> operation) => _bytes = operation;

    public int Length => _bytes.Length;

    public KeyOperationKind Kind => (KeyOperationKind)_bytes[KeyOperationFormat.KindOffset];

    public bool HasExpiry => (_bytes[KeyOperationFormat.FlagsOffset] & KeyOperationFormat.ExpiryFlag) != 0;

    /// <summary>µs since 1970, 0 for never.</summary>
    public long ExpiresAt => HasExpiry ? BinaryPrimitives.ReadInt64LittleEndian(_bytes[KeyOperationFormat.ExpiryOffset..]) : 0;

    public ReadOnlySpan<byte> Key => _bytes.Slice(KeyOperationFormat.HeaderBytes(HasExpiry), KeyLength(_bytes));

    public ReadOnlySpan<byte> Value => _bytes[(KeyOperationFormat.HeaderBytes(HasExpiry) + KeyLength(_bytes))..];

    private static int KeyLength(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes[KeyOperationFormat.KeyLengthOffset..]);

    /// <summary>The operation at the start of <paramref name="source"/>; false unless it is whole and within the format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out KeyOperationView operation)
    {
        operation = default;
        if (source.Length < KeyOperationFormat.HeaderBytes(hasExpiry: false))
            return false;
        var kind = (KeyOperationKind)source[KeyOperationFormat.KindOffset];
        var flags = source[KeyOperationFormat.FlagsOffset];
        if (kind is not (KeyOperationKind.Put or KeyOperationKind.Delete)
            || (flags & ~KeyOperationFormat.ExpiryFlag) != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(source[KeyOperationFormat.ReservedOffset..]) != 0)
            return false;
        var keyLength = BinaryPrimitives.ReadUInt32LittleEndian(source[KeyOperationFormat.KeyLengthOffset..]);
        var valueLength = BinaryPrimitives.ReadUInt32LittleEndian(source[KeyOperationFormat.ValueLengthOffset..]);
        if (keyLength > KeyOperationFormat.KeyBytesMax || valueLength > KeyOperationFormat.ValueBytesMax
            || (kind == KeyOperationKind.Delete && (valueLength != 0 || flags != 0)))
            return false;
        var length = KeyOperationFormat.HeaderBytes(flags != 0) + (long)keyLength + valueLength;
        if (length > source.Length)
            return false;
        operation = new KeyOperationView(source[..(int)length]);
        return true;
    }
}
