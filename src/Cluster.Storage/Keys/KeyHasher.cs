using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Storage.Keys;

/// <summary>Turns a key's bytes into its identity. Thread-safe and free of allocation.</summary>
public abstract class KeyHasher
{
    public abstract KeyHash Hash(ReadOnlySpan<byte> key);

    /// <summary>SipHash-2-4-128 under a fresh secret, so that no client can choose keys that collide.</summary>
    public static KeyHasher Random()
    {
        Span<byte> secret = stackalloc byte[16];
        RandomNumberGenerator.Fill(secret);
        return new SipKeyHasher(BinaryPrimitives.ReadUInt64LittleEndian(secret), BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]));
    }
}

public sealed class SipKeyHasher(ulong secret0, ulong secret1) : KeyHasher
{
    public override KeyHash Hash(ReadOnlySpan<byte> key) => SipHash.Hash128(secret0, secret1, key);
}
