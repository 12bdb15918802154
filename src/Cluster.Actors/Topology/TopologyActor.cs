using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Wire;
using Cluster.Storage;

namespace Cluster.Actors.Topology;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// The node's view of the cluster: takes contents from the meta shard (or, without a replica of it, from peers), adds how the nodes
/// stand in the Akka cluster, and publishes immutable snapshots: to the context, to the links and on the event stream. On the node that leads the
/// meta shard it also turns announcements into contents. Path: /user/node/topology.
/// Invariants: T1 a content is taken up only if its epoch is newer. T2 a proposal builds on the newest committed record and
/// names it, so it fails rather than overwrite what it has not seen. Nothing is kept over a restart.
/// </summary>
public sealed class TopologyActor : ReceiveActor, IWithTimers
{
    public const string Name = "topology";

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly NodeContext _node;
    private readonly IActorRef _gate;
    private readonly IActorRef _contact;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TopologyContent _content;
    private Lsn _recordLsn = Lsn.None;
    private long _version;
    private bool _proposing;

    public TopologyActor(NodeContext node, TopologyContent content, IActorRef gate, IActorRef contact)
    {
        _node = node;
        _content = content;
        _gate = gate;
        _contact = contact;
        _version = node.Topology?.Version ?? 0;
        Receive<Tick>(_ => OnTick());
        Receive<TopologyKnown>(m => TakeUp(m.Content));
        Receive<TopologyRecordCommitted>(OnRecord);
        Receive<TopologyProposed>(OnProposed);
        Receive<Announce>(OnAnnounce);
        Receive<ClusterEvent.IClusterDomainEvent>(_ => Publish());
        Receive<ClusterEvent.CurrentClusterState>(_ => Publish());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeContext node, TopologyContent content, IActorRef gate, IActorRef contact) =>
        Akka.Actor.Props.Create(() => new TopologyActor(node, content, gate, contact));

    protected override void PreStart()
    {
        AkkaCluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        _node.MetaShard?.Tell(new SubscribeTopology(Self), Self);
        TellPeers();
        Publish();
    }

    protected override void PostStop() => AkkaCluster.Get(Context.System).Unsubscribe(Self);

    private void OnTick()
    {
        Publish();
        // The first content of a cluster was agreed upon outside of the log: its first leader records it.
        if (_recordLsn == Lsn.None && _node.LeadsMeta) Propose(_content, null);
    }

    private void OnRecord(TopologyRecordCommitted message)
    {
        _recordLsn = message.Lsn;
        try
        {
            TakeUp(TopologyContent.Decode(message.Payload));
        }
        catch (WireFormatException damaged)
        {
            _log.Error("the topology record at LSN {0} is of a later version or damaged, the topology stays as it is: {1}", message.Lsn, damaged.Message);
        }
    }

    private void TakeUp(TopologyContent content)
    {
        if (content.ClusterId != _content.ClusterId || content.Epoch <= _content.Epoch) return;
        _content = content;
        _contact.Tell(new TopologyChanged(content));
        TellPeers();
        Publish();
    }

    private void OnAnnounce(Announce message)
    {
        if (_content.WithAnnounced(message.Node) is { } changed) Propose(changed, Sender);
        else Sender.Tell(new TopologyCommitted(_content), Self);
    }

    private void Propose(TopologyContent content, IActorRef? asker)
    {
        if (_proposing || _node.MetaShard is not { } meta) return;
        _proposing = true;
        meta.Tell(new ProposeTopology(_recordLsn, content.Encode(), (content, asker)), Self);
    }

    private void OnProposed(TopologyProposed message)
    {
        _proposing = false;
        var (content, asker) = ((TopologyContent, IActorRef?))message.Tag;
        if (message.Outcome != TopologyProposal.Committed) return;
        if (message.Lsn > _recordLsn) _recordLsn = message.Lsn;
        TakeUp(content);
        asker?.Tell(new TopologyCommitted(_content), Self);
    }

    private void TellPeers()
    {
        var peers = new List<PeerAddress>(_content.Nodes.Length);
        foreach (var node in _content.Nodes) peers.Add(new PeerAddress(node.Id, node.Name, Address.Parse(node.Remote)));
        _gate.Tell(new PeersChanged(peers));
    }

    private void Publish()
    {
        var statuses = Statuses();
        if (_node.Topology is { } last && ReferenceEquals(last.Content, _content) && last.Statuses.AsSpan().SequenceEqual(statuses.AsSpan())) return;
        var snapshot = new TopologySnapshot(++_version, _content, statuses);
        _node.Topology = snapshot;
        Context.System.EventStream.Publish(snapshot);
    }

    private ImmutableArray<NodeStatus> Statuses()
    {
        var cluster = AkkaCluster.Get(Context.System);
        var state = cluster.State;
        var statuses = ImmutableArray.CreateBuilder<NodeStatus>(_content.Nodes.Length);
        foreach (var node in _content.Nodes)
        {
            var status = cluster.IsUp ? NodeStatus.Down : NodeStatus.Joining;
            foreach (var member in state.Members)
            {
                if (member.Address.ToString() != node.Remote) continue;
                status = state.Unreachable.Contains(member) ? NodeStatus.Unreachable : StatusOf(member.Status);
                break;
            }

            statuses.Add(status);
        }

        return statuses.MoveToImmutable();
    }

    private static NodeStatus StatusOf(MemberStatus status) => status switch
    {
        MemberStatus.Joining => NodeStatus.Joining,
        MemberStatus.Up or MemberStatus.WeaklyUp => NodeStatus.Up,
        MemberStatus.Leaving or MemberStatus.Exiting => NodeStatus.Leaving,
        _ => NodeStatus.Down,
    };

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
