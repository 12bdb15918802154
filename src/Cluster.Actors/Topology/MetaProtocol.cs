using Akka.Actor;
using Cluster.Storage;

namespace Cluster.Actors.Topology;

// Between the meta shard's actor and the node's topology actor. Local only.

/// <summary>To the meta shard's actor: tell <see cref="Subscriber"/> the newest committed Topology record at once, and each one that commits.</summary>
public sealed record SubscribeTopology(IActorRef Subscriber);

/// <summary>A Topology record is committed and visible on this node. Told in LSN order.</summary>
public sealed record TopologyRecordCommitted(Lsn Lsn, ReadOnlyMemory<byte> Payload);

/// <summary>
/// To the meta shard's actor: append this as a Topology record, if this node leads and the newest Topology record (committed
/// or not) is the one at <see cref="After"/> (none: there must be none), so that two proposals never overwrite one another unseen. Answered
/// with <see cref="TopologyProposed"/>.
/// </summary>
public sealed record ProposeTopology(Lsn After, ReadOnlyMemory<byte> Payload, object Tag);

public enum TopologyProposal
{
    /// <summary>Committed; the record's own notification may come before or after this answer.</summary>
    Committed,

    /// <summary>Not appended: this node does not lead the meta shard, or cannot append now.</summary>
    NotLeader,

    /// <summary>Not appended: there is a newer Topology record than the one named.</summary>
    Superseded,

    /// <summary>Appended, but this node lost leadership or the time ran out: it may commit or not.</summary>
    Unknown,
}

public sealed record TopologyProposed(TopologyProposal Outcome, Lsn Lsn, object Tag);

/// <summary>
/// To the meta shard's actor: confirm by a quorum round, begun now, that this node leads the meta shard. Answered with
/// <see cref="MetaLeadership"/>; false at once if it does not lead, or when it stops leading, or after the write timeout.
/// </summary>
public sealed record ConfirmMetaLeadership(object Tag);

public sealed record MetaLeadership(bool Confirmed, object Tag);
