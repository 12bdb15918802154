using System;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Daemon;
using Akka.Cluster.Membership;
using Akka.Cluster.Serialization;
using Akka.Twin.Tests.ClusterMembership.Exchange;
using Akka.Util;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership;

public sealed class SerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("bytes");
    private readonly ClusterMessageSerializer _serializer;

    public SerializerTests()
    {
        _serializer = new ClusterMessageSerializer((ExtendedActorSystem)_system);
    }

    private static UniqueAddress A => Histories.Node(1);

    private static UniqueAddress B => Histories.Node(2);

    public void Dispose() => ((ExtendedActorSystem)_system).Abort();

    [Fact]
    public void Every_message_comes_back_as_it_was()
    {
        foreach (var message in Messages())
        {
            object back = _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));
            Assert.IsType(message.GetType(), back);
            Assert.Equal(Text(message), Text(back));
        }
    }

    [Fact]
    public void A_state_comes_back_whole_whatever_has_happened_to_it()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            foreach (var gossip in Histories.Random(new Random(seed), 5, 40))
            {
                var envelope = new GossipEnvelope(A, B, gossip);
                var back = (GossipEnvelope)_serializer.FromBinary(_serializer.ToBinary(envelope), _serializer.Manifest(envelope));
                Assert.Equal(Histories.Text(gossip), Histories.Text(back.Gossip));
                // Only members are in the seen set.
                foreach (var member in gossip.Members) Assert.Equal(gossip.IsSeenBy(member.UniqueAddress), back.Gossip.IsSeenBy(member.UniqueAddress));
            }
        }
    }

    /// <summary>AKKA_LONG=1: a million.</summary>
    [Fact]
    public void Damaged_bytes_are_refused_with_the_one_error_and_cost_no_memory()
    {
        const int Seed = 4711;
        const long BytesPerMessageMax = 200_000;
        int count = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 1_000_000 : 20_000;
        var random = new Random(Seed);
        var messages = Messages();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            object message = messages[random.Next(messages.Length)];
            byte[] bytes = _serializer.ToBinary(message);
            Damage(random, ref bytes);
            try
            {
                _ = _serializer.FromBinary(bytes, _serializer.Manifest(message));
            }
            catch (SerializationException)
            {
                // The one error.
            }
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
        Assert.True(each < BytesPerMessageMax, $"{each} bytes for one message");
    }

    [Theory]
    [InlineData("")]
    [InlineData("XX")]
    public void An_unknown_manifest_is_refused(string manifest) =>
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([1, 2, 3], manifest));

    private static void Damage(Random random, ref byte[] bytes)
    {
        switch (random.Next(4))
        {
            case 0:
                bytes = bytes[..random.Next(bytes.Length + 1)];
                break;
            case 1:
                bytes = [.. bytes, .. new byte[random.Next(20)]];
                break;
            default:
                for (int i = random.Next(1, 6); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
        }
    }

    private static object[] Messages()
    {
        var version = AppVersion.Create("1.2.3");
        var members = ImmutableSortedSet.Create(Histories.Joining(A).CopyUp(1), Histories.Joining(B));
        var gossip = Gossip.Empty.ChangedBy(A, members);
        gossip = gossip.ChangedBy(A, reachability: gossip.Reachability.Set(A, B, ReachabilityStatus.Terminated)).SeenBy(B).Without([Histories.Node(3)], 12345);
        return
        [
            new InitJoin(), new InitJoinAck(A.Address), new InitJoinNack(B.Address), new Join(A, ["x", "y"], version), new Welcome(A, gossip),
            new Leave(A.Address), new Down(B.Address), new GossipEnvelope(A, B, gossip), new GossipStatus(A, gossip.Version), new ExitingConfirmed(B),
            new Heartbeat(A.Address, 7), new HeartbeatRsp(B, long.MaxValue),
        ];
    }

    private static string Text(object message) => message switch
    {
        Join m => $"{m.Node} {string.Join(',', m.Roles.Sort())} {m.AppVersion}",
        Welcome m => $"{m.From} {Histories.Text(m.Gossip)}",
        GossipEnvelope m => $"{m.From} {m.To} {Histories.Text(m.Gossip)}",
        GossipStatus m => $"{m.From} {string.Join(' ', m.Version.Versions)}",
        _ => message.ToString(),
    };
}

internal static class RoleSorting
{
    public static string[] Sort(this ImmutableHashSet<string> roles)
    {
        string[] sorted = [.. roles];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }
}
