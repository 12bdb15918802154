using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Tests.Wire;

/// <summary>One of each control message.</summary>
internal static class ControlSamples
{
    public static readonly NodeEntry Node = new(Guid.NewGuid(), "node-ä", "akka.tcp://cluster@127.0.0.1:4053", "127.0.0.1:7379", "127.0.0.1:8379", "north");

    public static readonly TopologyContent Content = TopologyContent.Initial(Guid.NewGuid(), 4, 3, [Node, Node with { Id = Guid.NewGuid(), Name = "b" }]);

    public static readonly Proposal Proposal = new(Guid.NewGuid(), Node.Id, Content);

    public static readonly IControlMessage[] All =
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
}
