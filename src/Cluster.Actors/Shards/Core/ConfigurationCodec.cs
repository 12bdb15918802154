using System.Buffers.Binary;
using System.Collections.Immutable;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>The bytes are no configuration record of a known version.</summary>
public sealed class ConfigurationFormatException(string message) : Exception(message);

/// <summary>
/// Payload of a configuration record, little-endian:
/// <code>
/// 0  u8  version, 1
/// 1  u8  flags, 0
/// 2  u16 voters
/// 4  u16 learners
/// 6  u16 0
/// 8  members, voters first: 16 bytes node id (RFC 4122 order), i64 incarnation
/// </code>
/// The LSN is the record's own and not repeated.
/// </summary>
public static class ConfigurationCodec
{
    private const int HeaderBytes = 8;
    private const int MemberBytes = 24;

    public static int Size(Configuration configuration) =>
        HeaderBytes + MemberBytes * (configuration.Voters.Length + configuration.Learners.Length);

    public static void Write(Configuration configuration, Span<byte> to)
    {
        to[0] = 1;
        to[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], checked((ushort)configuration.Voters.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], checked((ushort)configuration.Learners.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], 0);
        Span<byte> rest = to[HeaderBytes..];
        foreach (Member member in configuration.Voters)
            rest = WriteMember(member, rest);
        foreach (Member member in configuration.Learners)
            rest = WriteMember(member, rest);
    }

    public static Configuration Read(Lsn lsn, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeaderBytes)
            throw new ConfigurationFormatException($"configuration record {lsn}: {payload.Length} bytes are too few");
        if (payload[0] != 1 || payload[1] != 0)
            throw new ConfigurationFormatException($"configuration record {lsn}: version {payload[0]} flags {payload[1]} are unknown");
        int voters = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        int learners = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        if (voters == 0 || payload.Length != HeaderBytes + MemberBytes * (voters + learners))
            throw new ConfigurationFormatException($"configuration record {lsn}: {voters} voters, {learners} learners in {payload.Length} bytes");
        ReadOnlySpan<byte> rest = payload[HeaderBytes..];
        ImmutableArray<Member> all = ReadMembers(rest, voters + learners);
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (all[i].Node == all[j].Node)
                    throw new ConfigurationFormatException($"configuration record {lsn}: node {all[i].Node} is listed twice");
            }
        }

        return new Configuration(lsn, all[..voters], all[voters..]);
    }

    private static Span<byte> WriteMember(Member member, Span<byte> to)
    {
        member.Node.TryWriteBytes(to, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], member.Incarnation);
        return to[MemberBytes..];
    }

    private static ImmutableArray<Member> ReadMembers(ReadOnlySpan<byte> from, int count)
    {
        var members = ImmutableArray.CreateBuilder<Member>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> one = from.Slice(i * MemberBytes, MemberBytes);
            members.Add(new Member(new Guid(one[..16], bigEndian: true), BinaryPrimitives.ReadInt64LittleEndian(one[16..])));
        }

        return members.MoveToImmutable();
    }
}
