using Cluster.Actors.Peers.Parking;

namespace Cluster.Simulation.Replicas;

// The heartbeats between this node and each other one, which speak for all shards that are parked on both: the product's own NodePair, over a network that
// loses and delays them, also in one direction.
public sealed partial class SimulatedNode
{
    private readonly List<VouchChange> _vouched = [];
    private readonly List<int> _doubtful = [];

    /// <summary>Of the process. A new one begins with empty lists.</summary>
    private Link[] _links = [];

    private sealed class Link(NodePair pair)
    {
        public NodePair Pair { get; } = pair;

        /// <summary>Of the peer: a heartbeat of an older process, or an older one of this, is out of order; a real connection has none.</summary>
        public long Process { get; set; }

        public long Stamp { get; set; }
    }

    private sealed class NodeTimer(SimulatedNode node, int start, Action action) : NodeInput
    {
        public override bool IsTimer => true;

        public override void Run() => node.Take(this);

        public override void Apply()
        {
            if (node.Starts == start)
                action();
        }
    }

    /// <summary>From the next heartbeat on it says that the replica here is parked in this term.</summary>
    public void Vouch(Guid peer, int shard, long term) => _links[World.SimulatedWorld.IndexOf(peer)].Pair.Vouch(shard, term, Clock.Now);

    public ParkedContact StopVouching(Guid peer, int shard) => _links[World.SimulatedWorld.IndexOf(peer)].Pair.Leave(shard);

    internal void TakeHeartbeat(int from, NodeHeartbeat heartbeat)
    {
        Link link = _links[from];
        if (heartbeat.Process < link.Process || (heartbeat.Process == link.Process && heartbeat.Stamp <= link.Stamp))
            return;
        if (heartbeat.Process > link.Process)
            link.Pair.Reset(Clock.Now);
        (link.Process, link.Stamp) = (heartbeat.Process, heartbeat.Stamp);
        _vouched.Clear();
        if (!link.Pair.Take(heartbeat, Clock.Now, _vouched))
            return;
        long heardAt = Clock.Now;
        foreach ((int shard, long term) in _vouched.ToArray())
        {
            if (_replicas[shard] is not { } process)
                continue;
            process.Vouched(_world.Nodes[from].Id, term, heardAt);
            process.AfterInput();
        }
    }

    private void BeginHeartbeats()
    {
        if (_world.ParkAfter == 0)
            return;
        _links = new Link[_world.Nodes.Length];
        int start = Starts;
        for (int i = 0; i < _links.Length; i++)
        {
            int peer = i;
            // More is parked than the peer knows: it is told at once.
            _links[i] = new Link(new NodePair(() => _world.Loop.After(1, new NodeTimer(this, start, () => SendHeartbeat(peer)))));
        }

        PlanHeartbeat(start);
    }

    private void PlanHeartbeat(int start) => _world.Loop.After(Clock.DelayUntil(Clock.Now + _world.Settings.HeartbeatMicros), new NodeTimer(this, start, () =>
    {
        for (int i = 0; i < _links.Length; i++)
            Beat(i);
        PlanHeartbeat(start);
    }));

    private void Beat(int peer)
    {
        if (peer == Index)
            return;
        NodePair pair = _links[peer].Pair;
        _doubtful.Clear();
        pair.Doubtful(Clock.Now, 2 * _world.Settings.HeartbeatMicros, _doubtful);
        foreach (int shard in _doubtful.ToArray())
        {
            if (_replicas[shard] is not { } process)
                continue;
            _world.Coverage.ParkedDoubted++;
            process.GoOn();
            process.AfterInput();
        }

        if (pair.Speaks)
            SendHeartbeat(peer);
    }

    private void SendHeartbeat(int peer)
    {
        Message message = _world.Network.Rent();
        message.Kind = MessageKind.NodeHeartbeat;
        message.From = Index;
        message.To = peer;
        message.Wall = Clock.Wall;
        message.Hybrid = Math.Max(message.Wall, Hybrid.Last);
        message.Heartbeat = _links[peer].Pair.Write(Starts, Clock.Now);
        _world.Network.Send(message);
    }
}
