namespace Cluster.Storage.Keys;

/// <summary>
/// Where one key operation's bytes (its header, key and value) lie: a file of the shard and a byte range in it.
/// 12 bytes, because one is kept for every key.
/// </summary>
public readonly struct ValueLocation : IEquatable<ValueLocation>
{
    // A record is at most 128 MiB, so an operation's length fits 27 bits; the other five are flags.
    private const int LengthBits = 27;
    private const uint LengthMask = (1u << LengthBits) - 1;
    private const uint ExpiryFlag = 1u << LengthBits;

    /// <summary>Longest operation that can be addressed, in bytes.</summary>
    public const int LengthMax = (int)LengthMask;

    private readonly uint _file;
    private readonly uint _offset;
    private readonly uint _lengthAndFlags;

    public ValueLocation(uint file, uint offset, int length, bool hasExpiry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LengthMax);
        _file = file;
        _offset = offset;
        _lengthAndFlags = (uint)length | (hasExpiry ? ExpiryFlag : 0);
    }

    /// <summary>Number of the file within the shard.</summary>
    public uint File => _file;

    /// <summary>Offset of the key operation's first byte in that file.</summary>
    public uint Offset => _offset;

    /// <summary>Bytes of the whole key operation.</summary>
    public int Length => (int)(_lengthAndFlags & LengthMask);

    public bool HasExpiry => (_lengthAndFlags & ExpiryFlag) != 0;

    /// <summary>Bytes of the value, if the key is the one that was looked up (only reading can tell two keys of one hash apart).</summary>
    public int ValueLength(int keyLength) => Length - KeyOperationFormat.HeaderBytes(HasExpiry) - keyLength;

    public bool Equals(ValueLocation other) =>
        _file == other._file && _offset == other._offset && _lengthAndFlags == other._lengthAndFlags;

    public override bool Equals(object? obj) => obj is ValueLocation other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_file, _offset, _lengthAndFlags);

    public static bool operator ==(ValueLocation left, ValueLocation right) => left.Equals(right);

    public static bool operator !=(ValueLocation left, ValueLocation right) => !left.Equals(right);

    public override string ToString() => $"file {_file} offset {_offset} length {Length}{(HasExpiry ? " expires" : "")}";
}
