using Akka.Actor;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;

namespace Cluster.Actors;

/// <summary>
/// What a node is apart from its actors: it lives as long as the process, while an ActorSystem may be replaced underneath
/// (a node that was downed or quarantined closes nothing on disk). Any thread.
/// </summary>
public sealed class NodeContext
{
    private volatile NodeShards? _shards;
    private volatile TopologySnapshot? _topology;

    public required ContactSettings Contact { get; init; }

    public required IBootstrapStore BootstrapStore { get; init; }

    public required NodeClocks Clocks { get; init; }

    public required TimeProvider Time { get; init; }

    public required INodeHost Host { get; init; }

    public required MembershipSettings Membership { get; init; }

    /// <summary>Opens or creates the shards that a topology places on this node. Blocks; called once per process, off the dispatchers.</summary>
    public required Func<TopologyContent, NodeShards> OpenShards { get; init; }

    /// <summary>The links to other nodes, for operators.</summary>
    public LinkDirectory Links { get; } = new();

    /// <summary>Null until the first topology of this process is known and its shards are open.</summary>
    public NodeShards? Shards { get => _shards; internal set => _shards = value; }

    /// <summary>The newest snapshot; null until there is a topology.</summary>
    public TopologySnapshot? Topology { get => _topology; internal set => _topology = value; }

    /// <summary>The actor of the meta shard's local replica in the current ActorSystem, if this node has one.</summary>
    public IActorRef? MetaShard { get; internal set; }

    public bool LeadsMeta => _shards?.Directory[ShardId.Meta].Leadership.Leader == Contact.Self.Id;
}

/// <summary>The shards of a node: open stores, queues and published states. Made once, handed from ActorSystem to ActorSystem.</summary>
public abstract class NodeShards : IDisposable
{
    public abstract ShardDirectory Directory { get; }

    public abstract ShardRouter Router { get; }

    /// <summary>
    /// The actor of one shard on this node: of its replica if it has one, else the one that forwards to those that have.
    /// <see cref="ShardId.Meta"/> only on nodes that hold a replica of the meta shard.
    /// </summary>
    public abstract Props PropsOf(int shard, TopologyContent topology, IShardPeers peers);

    public abstract void Dispose();
}

/// <summary>Times of the membership rules.</summary>
public sealed record MembershipSettings
{
    /// <summary>A member that was unreachable for this long is downed by the leader of the meta shard.</summary>
    public TimeSpan DownAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A third of the election timeout: the beat of the links between nodes.</summary>
    public TimeSpan LinkHeartbeat { get; init; } = TimeSpan.FromMilliseconds(250);
}
