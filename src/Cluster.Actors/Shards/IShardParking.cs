using Akka.Event;
using Cluster.Actors.Peers.Parking;

namespace Cluster.Actors.Shards;

/// <summary>
/// What parked shards need of the peer layer (DESIGN section 8): the heartbeat between two nodes speaks for all replicas that are parked on them. Any thread.
/// </summary>
public interface IShardParking
{
    /// <summary>From the next heartbeat on it says to this node that the shard's replica here is parked in this term. False: there is no link to it.</summary>
    bool Vouch(Guid node, int shard, long term);

    /// <summary>No later heartbeat says so. What was heard of that node's replica until now.</summary>
    ParkedContact Leave(Guid node, int shard);

    /// <summary>Work has come for the shard's actor: if it is parked, nobody vouches for it until it has dealt with that. Cheap.</summary>
    void Disturb(int shard);
}

/// <summary>A node's heartbeat says that it holds the shard's replica parked in this term. To the shard's actor, from the peer layer.</summary>
/// <param name="HeardAt">When that heartbeat came, µs of the monotonic clock.</param>
public sealed record ShardVouched(Guid Node, long Term, long HeardAt) : IDeadLetterSuppression;

/// <summary>The heartbeats with some node no longer speak for this parked shard: it has to go on by itself. To the shard's actor, from the peer layer.</summary>
public sealed class ShardDoubted : IDeadLetterSuppression
{
    public static readonly ShardDoubted Instance = new();
}
