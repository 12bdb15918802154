using System.Buffers.Binary;
using System.Collections.Immutable;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>The bytes are no configuration record of a known version.</summary>
public sealed class ConfigurationFormatException(string message) : Exception(message);

/// <summary>
/// Payload of a configuration record, little-endian:
/// <code>
/// 0  u8  version, 1 or 2
/// 1  u8  flags, 0
/// 2  u16 voters
/// 4  u16 learners
/// 6  u16 version 2: learners, at the front, that are to become voters; version 1: 0
/// 8  i64 version 2 only: highest incarnation ever given out
/// 8 or 16  members, voters first: 16 bytes node id (RFC 4122 order), i64 incarnation
/// </code>
/// The LSN is the record's own and not repeated. Version 2 is written only where version 1 cannot say it.
/// </summary>
public static class ConfigurationCodec
{
    private const int HeaderBytes = 8;
    private const int HeaderBytesV2 = 16;
    private const int MemberBytes = 24;

    public static int Size(Configuration configuration) =>
        (NeedsV2(configuration) ? HeaderBytesV2 : HeaderBytes) + MemberBytes * (configuration.Voters.Length + configuration.Learners.Length);

    public static void Write(Configuration configuration, Span<byte> to)
    {
        bool v2 = NeedsV2(configuration);
        to[0] = v2 ? (byte)2 : (byte)1;
        to[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], checked((ushort)configuration.Voters.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], checked((ushort)configuration.Learners.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], checked((ushort)configuration.Promoting));
        if (v2)
            BinaryPrimitives.WriteInt64LittleEndian(to[8..], configuration.LastIncarnation);
        Span<byte> rest = to[(v2 ? HeaderBytesV2 : HeaderBytes)..];
        foreach (Member member in configuration.Voters)
            rest = WriteMember(member, rest);
        foreach (Member member in configuration.Learners)
            rest = WriteMember(member, rest);
    }

    public static Configuration Read(Lsn lsn, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeaderBytes)
            throw new ConfigurationFormatException($"configuration record {lsn}: {payload.Length} bytes are too few");
        if (payload[0] is not (1 or 2) || payload[1] != 0)
            throw new ConfigurationFormatException($"configuration record {lsn}: version {payload[0]} flags {payload[1]} are unknown");
        int voters = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        int learners = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        int header = payload[0] == 2 ? HeaderBytesV2 : HeaderBytes;
        if (voters == 0 || payload.Length != header + MemberBytes * (voters + learners))
            throw new ConfigurationFormatException($"configuration record {lsn}: {voters} voters, {learners} learners in {payload.Length} bytes");
        int promoting = payload[0] == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(payload[6..]) : 0;
        long lastIncarnation = payload[0] == 2 ? BinaryPrimitives.ReadInt64LittleEndian(payload[8..]) : 0;
        if (promoting > learners)
            throw new ConfigurationFormatException($"configuration record {lsn}: {promoting} of {learners} learners are to become voters");
        ReadOnlySpan<byte> rest = payload[header..];
        ImmutableArray<Member> all = ReadMembers(rest, voters + learners);
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (all[i].Node == all[j].Node)
                    throw new ConfigurationFormatException($"configuration record {lsn}: node {all[i].Node} is listed twice");
            }
        }

        return new Configuration(lsn, all[..voters], all[voters..], promoting, lastIncarnation);
    }

    private static bool NeedsV2(Configuration configuration)
    {
        long highest = 0;
        foreach (Member member in configuration.Voters)
            highest = Math.Max(highest, member.Incarnation);
        foreach (Member member in configuration.Learners)
            highest = Math.Max(highest, member.Incarnation);
        return configuration.Promoting > 0 || configuration.LastIncarnation != highest;
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
