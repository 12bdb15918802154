using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Daemon;
using Akka.Cluster.Membership;
using Akka.Serialization;
using Akka.Util;

namespace Akka.Cluster.Serialization;

/// <summary>The messages of the membership in a compact form of our own. Nodes of one cluster run the same implementation.</summary>
public class ClusterMessageSerializer : SerializerWithStringManifest
{
    private const int CountMax = 100_000;

    /// <summary>Made by the system.</summary>
    public ClusterMessageSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 5;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        InitJoin => "IJ",
        InitJoinAck => "IJA",
        InitJoinNack => "IJN",
        Join => "J",
        Welcome => "W",
        Leave => "L",
        Down => "D",
        GossipEnvelope => "GE",
        GossipStatus => "GS",
        ExitingConfirmed => "EC",
        Heartbeat => "HB",
        HeartbeatRsp => "HBR",
        _ => throw new ArgumentException($"{o.GetType()} is not a cluster message"),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream(256);
        using var to = new BinaryWriter(stream, Encoding.UTF8);
        switch (obj)
        {
            case InitJoin:
                break;
            case InitJoinAck m:
                Write(to, m.Address);
                break;
            case InitJoinNack m:
                Write(to, m.Address);
                break;
            case Join m:
                Write(to, m.Node);
                Write(to, m.Roles);
                to.Write(m.AppVersion.Version);
                break;
            case Welcome m:
                Write(to, m.From);
                Write(to, m.Gossip);
                break;
            case Leave m:
                Write(to, m.Address);
                break;
            case Down m:
                Write(to, m.Address);
                break;
            case GossipEnvelope m:
                Write(to, m.From);
                Write(to, m.To);
                Write(to, m.Gossip);
                break;
            case GossipStatus m:
                Write(to, m.From);
                Write(to, m.Version);
                break;
            case ExitingConfirmed m:
                Write(to, m.Node);
                break;
            case Heartbeat m:
                Write(to, m.From);
                to.Write(m.Sequence);
                break;
            case HeartbeatRsp m:
                Write(to, m.From);
                to.Write(m.Sequence);
                break;
            default:
                throw new ArgumentException($"{obj.GetType()} is not a cluster message");
        }

        to.Flush();
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            using var from = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            object message = manifest switch
            {
                "IJ" => new InitJoin(),
                "IJA" => new InitJoinAck(ReadAddress(from)),
                "IJN" => new InitJoinNack(ReadAddress(from)),
                "J" => new Join(ReadNode(from), ReadRoles(from), AppVersion.Create(from.ReadString())),
                "W" => new Welcome(ReadNode(from), ReadGossip(from)),
                "L" => new Leave(ReadAddress(from)),
                "D" => new Down(ReadAddress(from)),
                "GE" => new GossipEnvelope(ReadNode(from), ReadNode(from), ReadGossip(from)),
                "GS" => new GossipStatus(ReadNode(from), ReadClock(from)),
                "EC" => new ExitingConfirmed(ReadNode(from)),
                "HB" => new Heartbeat(ReadAddress(from), from.ReadInt64()),
                "HBR" => new HeartbeatRsp(ReadNode(from), from.ReadInt64()),
                _ => throw new SerializationException($"unknown cluster message '{manifest}'"),
            };
            return message;
        }
        catch (Exception failure) when (failure is not SerializationException)
        {
            throw new SerializationException($"a cluster message '{manifest}' of {bytes.Length} bytes cannot be read: {failure.Message}", failure);
        }
    }

    private static void Write(BinaryWriter to, Address address) => to.Write(address.ToString());

    private static Address ReadAddress(BinaryReader from) => Address.Parse(from.ReadString());

    private static void Write(BinaryWriter to, UniqueAddress node)
    {
        Write(to, node.Address);
        to.Write(node.Uid);
    }

    private static UniqueAddress ReadNode(BinaryReader from) => new(ReadAddress(from), from.ReadInt32());

    private static void Write(BinaryWriter to, ImmutableHashSet<string> roles)
    {
        to.Write(roles.Count);
        foreach (string role in roles) to.Write(role);
    }

    private static ImmutableHashSet<string> ReadRoles(BinaryReader from)
    {
        var roles = ImmutableHashSet.CreateBuilder<string>();
        for (int i = ReadCount(from); i > 0; i--) roles.Add(from.ReadString());
        return roles.ToImmutable();
    }

    private static void Write(BinaryWriter to, VectorClock clock)
    {
        to.Write(clock.Versions.Count);
        foreach (var (node, version) in clock.Versions)
        {
            to.Write(node);
            to.Write(version);
        }
    }

    private static VectorClock ReadClock(BinaryReader from)
    {
        var versions = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (int i = ReadCount(from); i > 0; i--) versions[from.ReadString()] = from.ReadInt64();
        return new VectorClock(versions.ToImmutable());
    }

    /// <summary>Nodes are written once and then named by their place.</summary>
    private static void Write(BinaryWriter to, Gossip gossip)
    {
        var places = new Dictionary<UniqueAddress, int>();
        to.Write(gossip.Members.Count);
        foreach (var member in gossip.Members)
        {
            places[member.UniqueAddress] = places.Count;
            Write(to, member.UniqueAddress);
            to.Write((byte)member.Status);
            to.Write(member.UpNumber);
            Write(to, member.Roles);
            to.Write(member.AppVersion.Version);
            to.Write(gossip.Seen.Contains(member.UniqueAddress));
            to.Write(gossip.Reachability.Versions.GetValueOrDefault(member.UniqueAddress));
        }

        var records = gossip.Reachability.Records.FindAll(r => places.ContainsKey(r.Observer) && places.ContainsKey(r.Subject));
        to.Write(records.Count);
        foreach (var record in records)
        {
            to.Write(places[record.Observer]);
            to.Write(places[record.Subject]);
            to.Write((byte)record.Status);
            to.Write(record.Version);
        }

        Write(to, gossip.Version);
        to.Write(gossip.Tombstones.Count);
        foreach (var (node, removedAt) in gossip.Tombstones)
        {
            Write(to, node);
            to.Write(removedAt);
        }
    }

    private static Gossip ReadGossip(BinaryReader from)
    {
        int count = ReadCount(from);
        var members = ImmutableSortedSet.CreateBuilder<Member>();
        var nodes = new List<UniqueAddress>();
        var seen = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        var versions = ImmutableDictionary.CreateBuilder<UniqueAddress, long>();
        for (int i = 0; i < count; i++)
        {
            var node = ReadNode(from);
            var status = (MemberStatus)from.ReadByte();
            if (status is > MemberStatus.WeaklyUp or MemberStatus.Removed) throw new SerializationException($"unknown member status {(int)status}");
            members.Add(Member.Create(node, from.ReadInt32(), status, ReadRoles(from), AppVersion.Create(from.ReadString())));
            nodes.Add(node);
            if (from.ReadBoolean()) seen.Add(node);
            long version = from.ReadInt64();
            if (version > 0) versions[node] = version;
        }

        var records = ImmutableList.CreateBuilder<ReachabilityRecord>();
        for (int i = ReadCount(from); i > 0; i--)
        {
            var (observer, subject, rowStatus, version) = (nodes[from.ReadInt32()], nodes[from.ReadInt32()], (ReachabilityStatus)from.ReadByte(), from.ReadInt64());
            if (rowStatus > ReachabilityStatus.Terminated) throw new SerializationException($"unknown reachability {(int)rowStatus}");
            records.Add(new ReachabilityRecord(observer, subject, rowStatus, version));
        }

        var clock = ReadClock(from);
        var tombstones = ImmutableDictionary.CreateBuilder<UniqueAddress, long>();
        for (int i = ReadCount(from); i > 0; i--) tombstones[ReadNode(from)] = from.ReadInt64();
        return new Gossip(members.ToImmutable(), seen.ToImmutable(), new Reachability(records.ToImmutable(), versions.ToImmutable()), clock, tombstones.ToImmutable());
    }

    private static int ReadCount(BinaryReader from)
    {
        int count = from.ReadInt32();
        return count is >= 0 and <= CountMax ? count : throw new SerializationException($"a count of {count} is out of bounds");
    }
}
