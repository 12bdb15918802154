using System.Buffers.Binary;

namespace Cluster.Storage.Keys;

/// <summary>Encodes key operations one after the other into a record's payload.</summary>
public static class KeyOperationWriter
{
    public static long Length(int keyLength, int valueLength, long expiresAt) =>
        KeyOperationFormat.HeaderBytes(expiresAt != 0) + (long)keyLength + valueLength;

    /// <summary>Returns the number of bytes written. A delete has neither value nor expiry.</summary>
    public static int Write(Span<byte> target, KeyOperationKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt)
    {
        var hasExpiry = expiresAt != 0;
        target[KeyOperationFormat.KindOffset] = (byte)kind;
        target[KeyOperationFormat.FlagsOffset] = hasExpiry ? KeyOperationFormat.ExpiryFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(target[KeyOperationFormat.ReservedOffset..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(target[KeyOperationFormat.KeyLengthOffset..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[KeyOperationFormat.ValueLengthOffset..], value.Length);
        if (hasExpiry)
            BinaryPrimitives.WriteInt64LittleEndian(target[KeyOperationFormat.ExpiryOffset..], expiresAt);
        var header = KeyOperationFormat.HeaderBytes(hasExpiry);
        key.CopyTo(target[header..]);
        value.CopyTo(target[(header + key.Length)..]);
        return header + key.Length + value.Length;
    }
}
