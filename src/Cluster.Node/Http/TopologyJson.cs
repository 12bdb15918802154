using System.Buffers;
using System.Text.Json;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;

namespace Cluster.Node.Http;

/// <summary>
/// The document of /api/topology. Its fields are a contract: fields may be added, none changed. Nodes are named by their
/// names; a replica on a node that the topology does not list appears under its id.
/// </summary>
internal static class TopologyJson
{
    public static void Write(TopologyView topology, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("epoch", topology.Epoch);
        json.WriteStartArray("nodes");
        foreach (var node in topology.Nodes) Node(json, node);
        json.WriteEndArray();
        json.WriteStartArray("shards");
        foreach (var shard in topology.Shards) Shard(json, topology, shard);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Node(Utf8JsonWriter json, NodeView node)
    {
        json.WriteStartObject();
        json.WriteString("id", node.Id);
        json.WriteString("name", node.Name);
        json.WriteString("remote", node.Remote);
        json.WriteString("resp", node.Resp);
        json.WriteString("http", node.Http);
        json.WriteString("region", node.Region);
        json.WriteString("status", Status(node.Status));
        json.WriteEndObject();
    }

    private static void Shard(Utf8JsonWriter json, TopologyView topology, ShardView shard)
    {
        json.WriteStartObject();
        json.WriteNumber("shard", shard.Shard);
        json.WriteNumber("term", shard.Term);
        if (shard.Leader is { } leader) json.WriteString("leader", NameOf(topology, leader));
        else json.WriteNull("leader");
        json.WriteNumber("commitLsn", shard.CommitLsn);
        json.WriteStartArray("replicas");
        foreach (var replica in shard.Replicas)
        {
            json.WriteStartObject();
            json.WriteString("node", NameOf(topology, replica.Node));
            json.WriteString("role", Role(replica.Role));
            json.WriteString("state", State(replica.State));
            json.WriteNumber("appliedLsn", replica.AppliedLsn);
            json.WriteNumber("durableLsn", replica.DurableLsn);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string NameOf(TopologyView topology, Guid node) => topology.Find(node)?.Name ?? node.ToString();

    private static string Status(NodeStatus status) => status switch
    {
        NodeStatus.Joining => "joining",
        NodeStatus.Up => "up",
        NodeStatus.Unreachable => "unreachable",
        NodeStatus.Leaving => "leaving",
        NodeStatus.Down => "down",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    private static string Role(ShardRole role) => role switch
    {
        ShardRole.Leader => "leader",
        ShardRole.Follower => "follower",
        ShardRole.Learner => "learner",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    private static string State(ShardState state) => state switch
    {
        ShardState.Recovering => "recovering",
        ShardState.CatchingUp => "catching-up",
        ShardState.Replicating => "replicating",
        ShardState.Leading => "leading",
        ShardState.Fenced => "fenced",
        ShardState.Stopping => "stopping",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
