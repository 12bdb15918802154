using System.Collections.Immutable;
using Akka.Actor;
using Akka.Serialization;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Peers;

public sealed class ControlMessageTests
{
    private static readonly NodeEntry Node = new(Guid.NewGuid(), "node-ä", "akka.tcp://cluster@127.0.0.1:4053", "127.0.0.1:7379", "127.0.0.1:8379", "north");
    private static readonly TopologyContent Content = TopologyContent.Initial(Guid.NewGuid(), 4, 3, [Node, Node with { Id = Guid.NewGuid(), Name = "b" }]);
    private static readonly Proposal Proposal = new(Guid.NewGuid(), Node.Id, Content);

    private static readonly IControlMessage[] Samples =
    [
        new Hello(1, Guid.NewGuid(), 2, Guid.NewGuid(), "x", 3, Guid.NewGuid(), 4),
        new HelloAccepted(Guid.NewGuid(), 1, 2),
        new HelloRefused(HelloRefusal.Cluster, "no", 3),
        new ContactInfo(true, Node, 1, 2, true, Guid.NewGuid(), 3, [Guid.NewGuid()], "akka.tcp://c@h:1", [Guid.NewGuid(), Guid.NewGuid()], 9),
        new Propose(Proposal, [Guid.NewGuid()]),
        new ProposalConfirmed(Guid.NewGuid(), Guid.NewGuid()),
        new ProposalConflict(Guid.NewGuid(), Guid.NewGuid(), Proposal),
        new AbandonProposal(Guid.NewGuid()),
        new ProposalRefused(Guid.NewGuid(), Guid.NewGuid()),
        new TopologyCommitted(Content),
        new TopologyRequest(),
        new Announce(Node, Guid.NewGuid(), true),
        new AnnounceRefused("because"),
        new GrantRequest(Guid.NewGuid(), 5),
        new GrantAnswer(Guid.NewGuid(), true, "there"),
    ];

    [Fact]
    public void Every_control_message_has_a_sample_here() =>
        Assert.Equal(ControlMessages.Types.Select(t => t.Name).Order(), Samples.Select(s => s.GetType().Name).Order());

    [Fact]
    public async Task Every_field_survives_the_wire()
    {
        using var system = ActorSystem.Create("control");
        var serializer = new ControlSerializer((ExtendedActorSystem)system);
        foreach (var sample in Samples)
        {
            var bytes = serializer.ToBinary(sample);
            var back = serializer.FromBinary(bytes, serializer.Manifest(sample));
            Assert.Equal(sample.GetType(), back.GetType());
            Assert.Equal(bytes, serializer.ToBinary(back));
        }

        await system.Terminate();
    }

    [Fact]
    public async Task Damage_costs_a_typed_error_and_nothing_else()
    {
        using var system = ActorSystem.Create("control");
        var serializer = new ControlSerializer((ExtendedActorSystem)system);
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            foreach (var sample in Samples)
            {
                var bytes = serializer.ToBinary(sample);
                var damaged = bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length).ToArray();
                for (int flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    serializer.FromBinary(damaged, serializer.Manifest(sample));
                }
                catch (WireFormatException)
                {
                }
            }
        }

        Assert.Throws<WireFormatException>(() => serializer.FromBinary([], "no-such-message"));
        await system.Terminate();
    }
}
