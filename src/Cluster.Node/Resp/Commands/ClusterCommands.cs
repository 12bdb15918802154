using System.Globalization;
using System.Text;
using Cluster.Actors.Topology;

namespace Cluster.Node.Resp;

/// <summary>CLUSTER: the map of slots, shards and nodes in the form that Redis clients read.</summary>
internal static class ClusterCommands
{
    public static void Cluster(CommandRouter router, CommandArguments arguments)
    {
        if (ClusterAdministration.TryExecute(router, arguments)) return;
        if (arguments.Is(1, "SESSION"u8))
        {
            ClusterSession.Session(router, arguments);
            return;
        }

        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        if (arguments.Is(1, "KEYSLOT"u8) && arguments.Count == 3) output.Integer(HashSlot.Of(arguments[2]));
        else if (arguments.Is(1, "MYID"u8) && arguments.Count == 2) output.Bulk(NodeIdText(router.Services.NodeId));
        else if (arguments.Is(1, "INFO"u8) && arguments.Count == 2) output.Text(Info(router.Services));
        else if (arguments.Is(1, "NODES"u8) && arguments.Count == 2) output.Text(Nodes(router.Services));
        else if (arguments.Is(1, "SLOTS"u8) && arguments.Count == 2) Slots(ref output, router.Services.Topology.Current);
        else output.Error($"ERR unknown subcommand or wrong number of arguments for '{arguments.Text(1)}' of CLUSTER");
        output.Flush();
        router.Round.EndLocal(from);
    }

    /// <summary>Redis node ids are 40 hexadecimal digits, and some clients count them.</summary>
    public static string NodeIdText(Guid node) => node.ToString("N") + "00000000";

    public static int ShardsLed(RespServices services)
    {
        int led = 0;
        foreach (var shard in services.Topology.Current.Shards)
            if (shard.Leader == services.NodeId) led++;
        return led;
    }

    /// <summary>Per shard with a leader: [first slot, last slot, leader, other replicas …], a node being [host, port, id].</summary>
    private static void Slots(ref RespOutput output, TopologyView topology)
    {
        int served = 0;
        foreach (var shard in topology.Shards)
            if (Leader(topology, shard) is not null) served++;
        output.ArrayHeader(served);
        foreach (var shard in topology.Shards)
        {
            if (Leader(topology, shard) is not { } leader) continue;
            var others = new List<NodeView>();
            foreach (var replica in shard.Replicas)
                if (replica.Node != leader.Id && topology.Find(replica.Node) is { Status: NodeStatus.Up } node) others.Add(node);
            output.ArrayHeader(3 + others.Count);
            output.Integer(HashSlot.FirstOf(shard.Shard, topology.Shards.Length));
            output.Integer(HashSlot.FirstOf(shard.Shard + 1, topology.Shards.Length) - 1);
            Node(ref output, leader);
            foreach (var other in others) Node(ref output, other);
        }
    }

    private static void Node(ref RespOutput output, NodeView node)
    {
        var (host, port) = Split(node.Resp);
        output.ArrayHeader(3);
        output.Bulk(host);
        output.Integer(port);
        output.Bulk(NodeIdText(node.Id));
    }

    /// <summary>id ip:port@cport flags primary ping pong epoch link slots: every node is a primary of the shards that it leads.</summary>
    private static string Nodes(RespServices services)
    {
        var topology = services.Topology.Current;
        var text = new StringBuilder();
        foreach (var node in topology.Nodes)
        {
            bool gone = node.Status is NodeStatus.Unreachable or NodeStatus.Down;
            string flags = (node.Id == services.NodeId ? "myself," : "") + "master" + (gone ? ",fail" : "");
            string bus = node.Remote[(node.Remote.LastIndexOf(':') + 1)..];
            text.Append(CultureInfo.InvariantCulture,
                $"{NodeIdText(node.Id)} {node.Resp}@{bus} {flags} - 0 0 {topology.Epoch} {(gone ? "disconnected" : "connected")}");
            foreach (var shard in topology.Shards)
            {
                if (shard.Leader != node.Id) continue;
                int first = HashSlot.FirstOf(shard.Shard, topology.Shards.Length);
                int last = HashSlot.FirstOf(shard.Shard + 1, topology.Shards.Length) - 1;
                text.Append(CultureInfo.InvariantCulture, $" {first}-{last}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Info(RespServices services)
    {
        var topology = services.Topology.Current;
        int served = 0;
        var leaders = new HashSet<Guid>();
        foreach (var shard in topology.Shards)
        {
            if (Leader(topology, shard) is not { } leader) continue;
            leaders.Add(leader.Id);
            served += HashSlot.FirstOf(shard.Shard + 1, topology.Shards.Length) - HashSlot.FirstOf(shard.Shard, topology.Shards.Length);
        }

        int assigned = topology.Shards.IsEmpty ? 0 : HashSlot.Count;
        string state = served == HashSlot.Count ? "ok" : "fail";
        return string.Create(CultureInfo.InvariantCulture,
            $"cluster_enabled:1\r\ncluster_state:{state}\r\ncluster_slots_assigned:{assigned}\r\ncluster_slots_ok:{served}\r\ncluster_slots_pfail:0\r\n" +
            $"cluster_slots_fail:{assigned - served}\r\ncluster_known_nodes:{topology.Nodes.Length}\r\ncluster_size:{leaders.Count}\r\n" +
            $"cluster_current_epoch:{topology.Epoch}\r\ncluster_my_epoch:{topology.Epoch}\r\n");
    }

    private static NodeView? Leader(TopologyView topology, ShardView shard) => shard.Leader is { } leader ? topology.Find(leader) : null;

    private static (string Host, int Port) Split(string endpoint)
    {
        int colon = endpoint.LastIndexOf(':');
        return colon > 0 && int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? (endpoint[..colon], port)
            : (endpoint, 0);
    }
}
