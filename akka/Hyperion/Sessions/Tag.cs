namespace Hyperion.Sessions;

/// <summary>The first byte of a value: what follows.</summary>
internal enum Tag : byte
{
    Null = 0,

    /// <summary>The number of an object that came before.</summary>
    Reference = 1,

    /// <summary>The type, then the content.</summary>
    Object = 2,

    /// <summary>A <see cref="System.Object"/> itself.</summary>
    Plain = 3,
    False = 4,
    True = 5,
    Byte = 6,
    SByte = 7,
    Int16 = 8,
    UInt16 = 9,
    Int32 = 10,
    UInt32 = 11,
    Int64 = 12,
    UInt64 = 13,
    Single = 14,
    Double = 15,
    Decimal = 16,
    Char = 17,
    String = 18,
    Guid = 19,
    DateTime = 20,
    DateTimeOffset = 21,
    TimeSpan = 22,
    Uri = 23,
    Type = 24,
}
