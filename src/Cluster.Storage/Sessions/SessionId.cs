using System.Buffers.Binary;

namespace Cluster.Storage.Sessions;

/// <summary>
/// A session's id carries its birth (R11): bytes 0–7 big-endian are the hybrid clock's µs at its creation, bytes 8–15 are random. So a shard that
/// does not know a session can tell whether it may have known it once.
/// </summary>
public static class SessionId
{
    public static Guid Create(long birth, ulong random)
    {
        Invariant.Check(birth > 0, "a session is born after 1970");
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, birth);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], random);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>µs of the hybrid clock.</summary>
    public static long BirthOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }
}
