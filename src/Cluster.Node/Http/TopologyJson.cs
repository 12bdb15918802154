using System.Buffers;
using System.Collections.Immutable;
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
        if (shard.Leader is { } leader) json.WriteString("leader", topology.NameOf(leader));
        else json.WriteNull("leader");
        json.WriteNumber("commitLsn", shard.CommitLsn);
        json.WriteStartArray("replicas");
        foreach (var replica in shard.Replicas)
        {
            json.WriteStartObject();
            json.WriteString("node", topology.NameOf(replica.Node));
            json.WriteString("role", Role(replica.Role));
            json.WriteString("state", State(replica.State));
            json.WriteNumber("appliedLsn", replica.AppliedLsn);
            json.WriteNumber("durableLsn", replica.DurableLsn);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The document of another node; unknown fields are passed over.</summary>
    public static TopologyView Read(JsonElement json)
    {
        var nodes = ImmutableArray.CreateBuilder<NodeView>();
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var node in json.GetProperty("nodes").EnumerateArray())
        {
            var view = new NodeView(
                node.GetProperty("id").GetGuid(), Text(node, "name"), Text(node, "remote"), Text(node, "resp"), Text(node, "http"), Text(node, "region"),
                Parse<NodeStatus>(Text(node, "status"), Statuses));
            nodes.Add(view);
            ids[view.Name] = view.Id;
        }

        var shards = ImmutableArray.CreateBuilder<ShardView>();
        foreach (var shard in json.GetProperty("shards").EnumerateArray())
        {
            var replicas = ImmutableArray.CreateBuilder<ReplicaStatus>();
            foreach (var replica in shard.GetProperty("replicas").EnumerateArray())
            {
                replicas.Add(new ReplicaStatus(
                    IdOf(Text(replica, "node"), ids), Parse<ShardRole>(Text(replica, "role"), Roles), Parse<ShardState>(Text(replica, "state"), States),
                    replica.GetProperty("appliedLsn").GetInt64(), replica.GetProperty("durableLsn").GetInt64()));
            }

            var leader = shard.GetProperty("leader");
            shards.Add(new ShardView(
                shard.GetProperty("shard").GetInt32(), shard.GetProperty("term").GetInt64(), leader.ValueKind == JsonValueKind.Null ? null : IdOf(leader.GetString()!, ids),
                shard.GetProperty("commitLsn").GetInt64(), replicas.ToImmutable()));
        }

        return new TopologyView(json.GetProperty("epoch").GetInt64(), nodes.ToImmutable(), shards.ToImmutable());
    }

    private static Guid IdOf(string name, Dictionary<string, Guid> ids) => ids.TryGetValue(name, out var id) ? id : Guid.Parse(name);

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";

    // In the order of the enumerations' values.
    private static readonly string[] Statuses = ["joining", "up", "unreachable", "leaving", "down"];
    private static readonly string[] Roles = ["follower", "leader", "learner"];
    private static readonly string[] States = ["recovering", "catching-up", "replicating", "leading", "fenced", "stopping"];

    private static string Status(NodeStatus status) => Statuses[(int)status];

    internal static string Role(ShardRole role) => Roles[(int)role];

    internal static string State(ShardState state) => States[(int)state];

    private static T Parse<T>(string text, string[] names)
        where T : struct, Enum
    {
        int at = Array.IndexOf(names, text);
        if (at < 0) throw new FormatException($"'{text}' is no {typeof(T).Name}");
        return Enum.GetValues<T>()[at];
    }
}
