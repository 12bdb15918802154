using System.Collections.Immutable;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Membership;

/// <summary>
/// What a node tells whoever asks, and whoever it asks, before and after it belongs to a cluster. From ContactActor to
/// ContactActor, answered with the other's own unless <see cref="IsAnswer"/>.
/// </summary>
/// <param name="ProcessId">Random per process: tells a living node from a second one on a copy of its folder.</param>
/// <param name="StartedAt">µs since 1970; of two processes with one identity the later start refuses.</param>
/// <param name="Established">Its start is over: it has a topology, and nobody who has a better right to its identity.</param>
/// <param name="ClusterId">Empty until a topology is committed on that node.</param>
/// <param name="Expect">Its bootstrap-expect; 0 = it only joins.</param>
/// <param name="Sees">Nodes without cluster id that it has heard within the last two seconds, itself included, sorted.</param>
/// <param name="Formed">Address of an Akka cluster that the node is in or knows of, else empty.</param>
/// <param name="Members">Node ids of the members of the Akka cluster that it is in.</param>
/// <param name="TopologyEpoch">0 without a topology.</param>
public sealed record ContactInfo(
    bool IsAnswer,
    NodeEntry Node,
    long ProcessId,
    long StartedAt,
    bool Established,
    Guid ClusterId,
    int Expect,
    ImmutableArray<Guid> Sees,
    string Formed,
    ImmutableArray<Guid> Members,
    long TopologyEpoch) : IControlMessage;

/// <summary>A first topology, by the lowest of the nodes that it names. Committed once all of them have confirmed it.</summary>
public sealed record Proposal(Guid Id, Guid Proposer, TopologyContent Content)
{
    public bool Names(Guid node) => Content.Find(node) is not null;

    internal void Write(WireWriter to)
    {
        to.Guid(Id);
        to.Guid(Proposer);
        Content.Write(to);
    }

    internal static Proposal Read(ref WireReader from) => new(from.Guid(), from.Guid(), TopologyContent.Read(ref from));
}

/// <summary>Store this and confirm. <see cref="Dead"/>: earlier proposals that every member has durably refused.</summary>
public sealed record Propose(Proposal Proposal, ImmutableArray<Guid> Dead) : IControlMessage;

/// <summary>The node has stored the proposal durably.</summary>
public sealed record ProposalConfirmed(Guid Proposal, Guid Node) : IControlMessage;

/// <summary>The node holds another proposal that may still be committed.</summary>
public sealed record ProposalConflict(Guid Proposal, Guid Node, Proposal Held) : IControlMessage;

/// <summary>Asks a member of a proposal never to commit or confirm it any more.</summary>
public sealed record AbandonProposal(Guid Proposal) : IControlMessage;

/// <summary>"Not committed here, and it never will be": said only after it was stored durably.</summary>
public sealed record ProposalRefused(Guid Proposal, Guid Node) : IControlMessage;

/// <summary>The proposal is committed: all had confirmed. Also the answer to a proposal or an abandonment that comes too late.</summary>
public sealed record TopologyCommitted(TopologyContent Content) : IControlMessage;

/// <summary>
/// A node asks to be listed (a newcomer) or says that its name or addresses have changed. To any node of the cluster, which
/// hands it on to the leader of the meta shard. Answered by <see cref="TopologyCommitted"/> or <see cref="AnnounceRefused"/>.
/// </summary>
public sealed record Announce(NodeEntry Node, Guid ClusterId, bool Forwarded) : IControlMessage;

/// <summary>Asks for the topology; answered with <see cref="TopologyCommitted"/> if there is one.</summary>
public sealed record TopologyRequest : IControlMessage;

/// <summary>The announcement cannot be taken, and asking again as it is does not help.</summary>
public sealed record AnnounceRefused(string Text) : IControlMessage;

/// <summary>A candidate asks for the right to form the Akka cluster by joining itself.</summary>
public sealed record GrantRequest(Guid Candidate, long ProcessId) : IControlMessage;

/// <summary>The answer: granted, or the address of a formed cluster to join instead, or neither (another candidate holds it).</summary>
public sealed record GrantAnswer(Guid Node, bool Granted, string Formed) : IControlMessage;

/// <summary>A topology to start with, or a newer one heard of. From ContactActor to NodeGuardian; local.</summary>
public sealed record TopologyKnown(TopologyContent Content);

/// <summary>The node has taken up this topology. From TopologyActor; local.</summary>
public sealed record TopologyChanged(TopologyContent Content);
