using System.Collections.Concurrent;
using Akka.Actor;
using Cluster.Actors.Peers.Parking;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Peers;

/// <summary>
/// Where shards and links of one ActorSystem meet: shards send to nodes, links deliver to shards. Any thread.
/// </summary>
public sealed class NodePeers(TimeProvider time, LinkDirectory links) : IShardPeers
{
    private readonly ConcurrentDictionary<Guid, LinkPort> _links = new();
    private readonly ConcurrentDictionary<int, IActorRef> _shards = new();

    public NodePeers()
        : this(TimeProvider.System, new LinkDirectory())
    {
    }

    /// <summary>For shards that may be parked.</summary>
    public IShardParking Parking => Parked;

    /// <summary>For operators.</summary>
    public LinkDirectory Links { get; } = links;

    internal TimeProvider Time { get; } = time;

    internal NodeParking Parked { get; } = new(time);

    public void Send(Guid to, int shard, ShardMessage message)
    {
        if (_links.TryGetValue(to, out var port)) port.Put(shard, message);
        else message.Release();
    }

    /// <summary>From now on what arrives for the shard is told to its actor as a <see cref="ShardInbound"/>.</summary>
    public void Register(int shard, IActorRef actor) => _shards[shard] = actor;

    public void Unregister(int shard, IActorRef actor) => _shards.TryRemove(new KeyValuePair<int, IActorRef>(shard, actor));

    internal IActorRef? ShardActor(int shard) => _shards.GetValueOrDefault(shard);

    internal void Open(Guid node, LinkPort port) => _links[node] = port;

    internal void Close(Guid node, LinkPort port)
    {
        _links.TryRemove(new KeyValuePair<Guid, LinkPort>(node, port));
        port.DropAll();
    }
}
