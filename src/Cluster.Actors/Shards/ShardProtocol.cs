namespace Cluster.Actors.Shards;

// Messages that others tell a shard's actor. Local only; what crosses the network is a ShardMessage inside a peer frame, told
// here as ShardInbound. Topology proposals of the meta shard: see Cluster.Actors.Topology.

/// <summary>
/// Stop: give up leadership, answer everything that waits, then end. From the node's guardian; watch the actor to see it end. The
/// local shard stays open for the next actor.
/// </summary>
public sealed class StopShard
{
    public static readonly StopShard Instance = new();
}

/// <summary>
/// The node leaves: if the replica leads, give that to another voter, without a client noticing. Answered with <see cref="ShardHandedOver"/> once the
/// next leader is known, or nobody could take over: after about a second at the latest. From the node's guardian.
/// </summary>
public sealed class HandOverShard
{
    public static readonly HandOverShard Instance = new();
}

/// <summary>This node does not lead the shard (any more), or nobody else can.</summary>
public sealed class ShardHandedOver
{
    public static readonly ShardHandedOver Instance = new();
}

/// <summary>Where replicas of the shard are, for an actor that has none itself. From whoever knows the topology.</summary>
public sealed record ShardPlaced(IReadOnlyList<Guid> Replicas);
