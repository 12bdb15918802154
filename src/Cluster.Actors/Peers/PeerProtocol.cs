using Akka.Actor;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers;

/// <summary>Versions of what two nodes say to each other. Raised when an old reader could misread a new writer.</summary>
public static class PeerProtocolVersion
{
    public const int Current = 2;
}

/// <summary>
/// Opens or renews a link. From a PeerLink to the peer's PeerGate; crosses the network; the sender is the link itself.
/// <see cref="ShardCount"/> 0: not told. Answered with <see cref="HelloAccepted"/> by the peer's own link, or with <see cref="HelloRefused"/> by its gate.
/// </summary>
public sealed record Hello(
    int Version,
    Guid ClusterId,
    long RecoveryGeneration,
    Guid FromNode,
    string FromName,
    long ProcessId,
    Guid ToNode,
    long Attempt,
    int ShardCount = 0) : IControlMessage;

/// <summary>The peer takes the link; the sender is its link. <see cref="Attempt"/> is that of the hello it answers.</summary>
public sealed record HelloAccepted(Guid FromNode, long ProcessId, long Attempt) : IControlMessage;

/// <summary>Why a peer does not take a link. The numbers are on the wire.</summary>
public enum HelloRefusal : byte
{
    /// <summary>The peer speaks another protocol version.</summary>
    Version = 1,

    /// <summary>The peer belongs to another cluster.</summary>
    Cluster = 2,

    /// <summary>At that address lives another node than the one addressed.</summary>
    Node = 3,

    /// <summary>An older recovery generation than the peer's.</summary>
    Generation = 4,

    /// <summary>The peer does not know the caller (yet): its topology is behind, or the caller was removed. Transient.</summary>
    Unknown = 5,

    /// <summary>The peer's cluster has another number of shards: keys would lie in other places.</summary>
    ShardCount = 6,
}

public sealed record HelloRefused(HelloRefusal Reason, string Text, long Attempt) : IControlMessage;

/// <summary>Where another node of the cluster is to be found.</summary>
public sealed record PeerAddress(Guid Node, string Name, Address Remote);

/// <summary>The nodes that links are kept to: replaces the list before. To the PeerGate, from whoever knows the topology. Local.</summary>
public sealed record PeersChanged(IReadOnlyList<PeerAddress> Peers);

/// <summary>A link carries messages (again). Published on the event stream, local.</summary>
public sealed record PeerUp(Guid Node, long ProcessId);

/// <summary>
/// A link lost its peer: silence, a new process there, or a refusal. What was in flight has an unknown outcome.
/// Published on the event stream, local.
/// </summary>
public sealed record PeerLost(Guid Node, string Reason);

/// <summary>
/// The peer is hardly there any more. The link stands until it has been silent for longer; <see cref="PeerUp"/> follows if the peer is heard
/// again. Published on the event stream, local.
/// </summary>
/// <param name="Closed">
/// The connection was closed, by the peer's end or by the network: most often its process has ended. False: nothing was heard for three heartbeats.
/// </param>
public sealed record PeerBroken(Guid Node, bool Closed);
