namespace Cluster.Storage.Keys;

public enum KeyOperationKind : byte
{
    Put = 1,
    Delete = 2,
}

/// <summary>
/// One operation inside the payload of a Keys record, little-endian:
/// 0 u8 kind, 1 u8 flags (bit 0: expiry), 2 u16 zero, 4 u32 key length, 8 u32 value length, [12 i64 expires at µs], key, value.
/// </summary>
public static class KeyOperationFormat
{
    public const int KindOffset = 0;
    public const int FlagsOffset = 1;
    public const int ReservedOffset = 2;
    public const int KeyLengthOffset = 4;
    public const int ValueLengthOffset = 8;
    public const int ExpiryOffset = 12;

    public const byte ExpiryFlag = 1;

    /// <summary>Longest key, in bytes.</summary>
    public const int KeyBytesMax = 1 << 20;

    /// <summary>Longest value, in bytes.</summary>
    public const int ValueBytesMax = 64 << 20;

    /// <summary>Bytes before the key.</summary>
    public static int HeaderBytes(bool hasExpiry) => hasExpiry ? 20 : 12;
}
