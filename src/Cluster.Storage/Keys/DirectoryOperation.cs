using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

internal enum DirectoryOperationKind : byte
{
    Put,
    Remove,
    Clear,
}

/// <summary>One change of the directory, hashed and ready, of a file that is named with the list it stands in. 32 bytes: an opening holds many.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct DirectoryOperation
{
    // Above the 27 bits of a length.
    private const int KindShift = 30;
    private const uint ExpiryFlag = 1u << 29;
    private const uint LengthMask = ValueLocation.LengthMax;

    public readonly KeyHash Hash;
    public readonly long ExpiresAt;
    private readonly uint _offset;
    private readonly uint _packed;

    private DirectoryOperation(DirectoryOperationKind kind, in KeyHash hash, uint offset, uint length, bool hasExpiry, long expiresAt)
    {
        Hash = hash;
        ExpiresAt = expiresAt;
        _offset = offset;
        _packed = ((uint)kind << KindShift) | (hasExpiry ? ExpiryFlag : 0) | length;
    }

    public DirectoryOperationKind Kind => (DirectoryOperationKind)(_packed >> KindShift);

    public static DirectoryOperation Put(in KeyHash hash, uint offset, int length, bool hasExpiry, long expiresAt) =>
        new(DirectoryOperationKind.Put, hash, offset, (uint)length, hasExpiry, expiresAt);

    public static DirectoryOperation Remove(in KeyHash hash) => new(DirectoryOperationKind.Remove, hash, 0, 0, false, 0);

    public static DirectoryOperation Clear() => new(DirectoryOperationKind.Clear, default, 0, 0, false, 0);

    public ValueLocation Location(uint file) => new(file, _offset, (int)(_packed & LengthMask), (_packed & ExpiryFlag) != 0);
}
