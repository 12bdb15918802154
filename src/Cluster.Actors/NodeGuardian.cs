using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;

namespace Cluster.Actors;

/// <summary>To the guardian: the node leaves; let others lead its shards. Answered with <see cref="LeadershipHandedOver"/>. Local.</summary>
public sealed class HandOverLeadership
{
    public static readonly HandOverLeadership Instance = new();
}

/// <summary>This node leads nothing any more that somebody else could lead.</summary>
public sealed class LeadershipHandedOver
{
    public static readonly LeadershipHandedOver Instance = new();
}

/// <summary>
/// Root of a node's actors (/user/node) and their order of start: contact → (topology known) → shards opened → gate, shards,
/// topology. A child that fails is restarted, for each can begin again from what is on disk and on the network; a failing
/// shard looks after itself (it fences, or ends with its reason).
/// </summary>
public sealed class NodeGuardian : ReceiveActor
{
    public const string Name = "node";

    private const int HandOversAtOnce = 16;

    private readonly NodeContext _node;
    private readonly NodePeers _peers;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _contact = ActorRefs.Nobody;
    private IActorRef? _topology;
    private readonly List<IActorRef> _shards = [];
    private readonly List<IActorRef> _leaveAskers = [];
    private bool _opening;

    /// <summary>Of <see cref="_shards"/>: how many were asked to hand over, and how many have.</summary>
    private int _asked;
    private int _handedOver;

    public NodeGuardian(NodeContext node)
    {
        _node = node;
        _peers = new NodePeers(node.Time, node.Links);
        Receive<TopologyKnown>(OnTopologyKnown);
        Receive<ShardsOpened>(OnShardsOpened);
        Receive<Status.Failure>(OnOpenFailed);
        Receive<HandOverLeadership>(_ => OnHandOver());
        Receive<ShardHandedOver>(_ => HandOverNext());
        Receive<ThisActorSystemQuarantinedEvent>(_ => _node.Host.RebuildNeeded("a peer has quarantined this ActorSystem"));
    }

    public static Props Props(NodeContext node) => Akka.Actor.Props.Create(() => new NodeGuardian(node));

    /// <summary>Path of a shard's actor under the guardian.</summary>
    public static string ShardName(int shard) => shard == ShardId.Meta ? "shard-meta" : $"shard-{shard}";

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        _contact = Context.ActorOf(ContactActor.Props(_node), ContactActor.Name);
    }

    // The children belong to one start of the guardian; it is not restarted but stopped, and the host builds anew.
    protected override void PreRestart(Exception reason, object message)
    {
        base.PreRestart(reason, message);
        _node.Host.RebuildNeeded($"the node's guardian failed: {reason.Message}");
    }

    private void OnTopologyKnown(TopologyKnown message)
    {
        if (_topology is not null)
        {
            _topology.Tell(message);
            return;
        }

        if (_opening) return;
        _opening = true;
        if (_node.Shards is { } open)
        {
            Self.Tell(new ShardsOpened(message.Content, open));
            return;
        }

        // Recovery reads the log from disk: off the dispatcher.
        var node = _node;
        var content = message.Content;
        Task.Factory.StartNew(() => new ShardsOpened(content, node.OpenShards(content)), TaskCreationOptions.LongRunning).PipeTo(Self);
    }

    private void OnShardsOpened(ShardsOpened message)
    {
        var content = message.Content;
        var shards = message.Shards;
        _node.Shards = shards;
        var gate = Context.ActorOf(
            PeerGate.Props(
                new PeerSettings
                {
                    ClusterId = content.ClusterId,
                    Node = _node.Contact.Self.Id,
                    NodeName = _node.Contact.Self.Name,
                    ProcessId = _node.Contact.ProcessId,
                    HeartbeatInterval = _node.Membership.LinkHeartbeat,
                    ShardCount = content.ShardCount,
                },
                _peers,
                _node.Clocks),
            PeerGate.Name);
        _node.MetaShard = null;
        if (content.MetaVoters.Contains(_node.Contact.Self.Id)) _node.MetaShard = StartShard(ShardId.Meta, content, shards);
        for (int shard = 0; shard < content.ShardCount; shard++) StartShard(shard, content, shards);
        _topology = Context.ActorOf(TopologyActor.Props(_node, content, gate, _contact), TopologyActor.Name);
        _node.Host.Started(content);
    }

    private IActorRef StartShard(int shard, TopologyContent content, NodeShards shards)
    {
        var actor = Context.ActorOf(shards.PropsOf(shard, content, _peers), ShardName(shard));
        _peers.Register(shard, actor);
        _shards.Add(actor);
        return actor;
    }

    /// <summary>A few shards at a time, so that each is without a leader for as short as alone.</summary>
    private void OnHandOver()
    {
        bool isFirst = _leaveAskers.Count == 0;
        _leaveAskers.Add(Sender);
        if (!isFirst) return;
        (_asked, _handedOver) = (0, -1);
        HandOverNext();
    }

    private void HandOverNext()
    {
        if (_leaveAskers.Count == 0) return;
        _handedOver++;
        while (_asked < _shards.Count && _asked - _handedOver < HandOversAtOnce) _shards[_asked++].Tell(HandOverShard.Instance, Self);
        if (_handedOver < _shards.Count) return;
        foreach (var asker in _leaveAskers) asker.Tell(LeadershipHandedOver.Instance);
        _leaveAskers.Clear();
    }

    private void OnOpenFailed(Status.Failure message)
    {
        _log.Error(message.Cause, "the shards of this node cannot be opened");
        _node.Host.Refused(message.Cause.Message);
    }

    private sealed record ShardsOpened(TopologyContent Content, NodeShards Shards);
}
