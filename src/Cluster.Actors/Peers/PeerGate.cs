using Akka.Actor;
using Akka.Event;

namespace Cluster.Actors.Peers;

/// <summary>
/// The node's door for other nodes, at a path that everybody knows (/user/node/peers). Keeps one <see cref="PeerLink"/> per node
/// of the topology and checks who says hello. State: the list of peers. A restart loses the links; they are opened anew.
/// </summary>
public sealed class PeerGate : ReceiveActor
{
    public const string Name = "peers";

    private readonly PeerSettings _settings;
    private readonly NodePeers _peers;
    private readonly NodeClocks _clocks;
    private readonly Dictionary<Guid, (PeerAddress Address, IActorRef Link)> _links = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public PeerGate(PeerSettings settings, NodePeers peers, NodeClocks clocks)
    {
        _settings = settings;
        _peers = peers;
        _clocks = clocks;
        Receive<PeersChanged>(OnPeersChanged);
        Receive<Hello>(OnHello);
    }

    public static Props Props(PeerSettings settings, NodePeers peers, NodeClocks clocks) =>
        Akka.Actor.Props.Create(() => new PeerGate(settings, peers, clocks));

    private void OnPeersChanged(PeersChanged message)
    {
        var gone = new HashSet<Guid>(_links.Keys);
        foreach (var address in message.Peers)
        {
            if (address.Node == _settings.Node) continue;
            gone.Remove(address.Node);
            if (!_links.TryGetValue(address.Node, out var known))
            {
                var link = Context.ActorOf(PeerLink.Props(_settings, address, _peers, _clocks), $"link-{address.Node:N}");
                _links.Add(address.Node, (address, link));
            }
            else
            {
                // Told also if it is the same: a topology that changes is a reason to try again what was refused.
                _links[address.Node] = (address, known.Link);
                known.Link.Tell(address);
            }
        }

        foreach (var node in gone)
        {
            Context.Stop(_links[node].Link);
            _links.Remove(node);
            _clocks.Forget(node);
        }
    }

    private void OnHello(Hello hello)
    {
        var (reason, text) = Check(hello);
        if (reason is null)
        {
            _links[hello.FromNode].Link.Forward(hello);
            return;
        }

        if (reason != HelloRefusal.Unknown) _log.Warning("refused a link of {0} ({1}): {2}", hello.FromName, hello.FromNode, text);
        Sender.Tell(new HelloRefused(reason.Value, text, hello.Attempt), Self);
    }

    private (HelloRefusal?, string) Check(Hello hello)
    {
        if (hello.Version != PeerProtocolVersion.Current)
            return (HelloRefusal.Version, $"{_settings.NodeName} speaks peer protocol {PeerProtocolVersion.Current}, not {hello.Version}: run the same version on both");
        if (hello.ClusterId != _settings.ClusterId)
            return (HelloRefusal.Cluster, $"{_settings.NodeName} belongs to cluster {_settings.ClusterId}, not {hello.ClusterId}: check addresses and data folders");
        if (hello.RecoveryGeneration != _settings.RecoveryGeneration)
            return (HelloRefusal.Generation, $"{_settings.NodeName} is of recovery generation {_settings.RecoveryGeneration}, not {hello.RecoveryGeneration}: the older side has to be cleared and join anew");
        if (hello.ShardCount != _settings.ShardCount && hello.ShardCount != 0 && _settings.ShardCount != 0)
            return (HelloRefusal.ShardCount, $"{_settings.NodeName} has {_settings.ShardCount} shards, not {hello.ShardCount}: the number is fixed at the birth of a cluster; check whose data folder this is");
        if (hello.ToNode != _settings.Node)
            return (HelloRefusal.Node, $"here lives node {_settings.Node}, not {hello.ToNode}");
        return _links.ContainsKey(hello.FromNode) ? (null, "") : (HelloRefusal.Unknown, $"{_settings.NodeName} does not know node {hello.FromNode} (yet)");
    }
}
