using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Membership;
using Akka.Event;
using Akka.Remote.Associations;
using Akka.Util;

namespace Akka.Cluster.Daemon;

// Between nodes

/// <summary>Is there a cluster at your place?</summary>
internal sealed record InitJoin : IClusterMessage, IDeadLetterSuppression;

internal sealed record InitJoinAck(Address Address) : IClusterMessage, IDeadLetterSuppression;

internal sealed record InitJoinNack(Address Address) : IClusterMessage, IDeadLetterSuppression;

internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles, AppVersion AppVersion) : IClusterMessage;

internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

internal sealed record Leave(Address Address) : IClusterMessage;

internal sealed record Down(Address Address) : IClusterMessage;

internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage, IDeadLetterSuppression;

internal sealed record GossipStatus(UniqueAddress From, VectorClock Version) : IClusterMessage, IDeadLetterSuppression;

/// <summary>The node has finished its shutdown tasks and may be removed.</summary>
internal sealed record ExitingConfirmed(UniqueAddress Node) : IClusterMessage, IDeadLetterSuppression;

internal sealed record Heartbeat(Address From, long Sequence) : IClusterMessage, IPriorityMessage, IDeadLetterSuppression;

internal sealed record HeartbeatRsp(UniqueAddress From, long Sequence) : IClusterMessage, IPriorityMessage, IDeadLetterSuppression;


// On this node

internal sealed record JoinTo(Address Address);

internal sealed record JoinSeeds(ImmutableList<Address> SeedNodes);

internal sealed record Subscribe(IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode Mode, ImmutableHashSet<System.Type> To) : IDeadLetterSuppression;

internal sealed record Unsubscribe(IActorRef Subscriber, System.Type To) : IDeadLetterSuppression;

internal sealed record SendState(IActorRef Receiver);

internal sealed record OnMemberUp(System.Action Callback);

/// <summary>That incarnation, and no successor of it that may have come in the meantime.</summary>
internal sealed record DownNode(UniqueAddress Node) : IDeadLetterSuppression;

/// <summary>It has answered a heartbeat: whatever other incarnation of its address is known is dead.</summary>
internal sealed record AnsweredBy(UniqueAddress Node) : IDeadLetterSuppression;

/// <summary>On the event stream after the events of the change: the whole state, for what decides on this node.</summary>
internal sealed record GossipChanged(Gossip Gossip);

internal sealed class Tick
{
    public static readonly Tick Gossip = new();
    public static readonly Tick GossipSpeedup = new();
    public static readonly Tick Leader = new();
    public static readonly Tick Reap = new();
    public static readonly Tick Join = new();
}

/// <summary>The shutdown phases are over: confirm the exit.</summary>
internal sealed class ExitingCompleted
{
    public static readonly ExitingCompleted Instance = new();
}
