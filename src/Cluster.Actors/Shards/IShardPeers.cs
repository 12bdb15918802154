using Akka.Event;

namespace Cluster.Actors.Shards;

/// <summary>What a shard needs of the peer layer.</summary>
public interface IShardPeers
{
    /// <summary>
    /// Any thread; never blocks. Takes the message over and releases it when it is encoded or dropped: to a node that cannot be
    /// reached it is dropped in silence, for everything here survives loss and duplication. What carries records or
    /// commands of one shard to one node arrives in the order of the calls, with gaps at worst, and so does the small rest, which may overtake it; chunks of snapshots
    /// come last. On the other side the message is told to the actor of that shard as a
    /// <see cref="ShardInbound"/>.
    /// </summary>
    void Send(Guid to, int shard, ShardMessage message);
}

/// <summary>From the peer layer to a shard's actor. Local only.</summary>
public sealed record ShardInbound(Guid From, ShardMessage Message) : IDeadLetterSuppression;
