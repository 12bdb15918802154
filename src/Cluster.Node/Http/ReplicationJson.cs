using System.Buffers;
using System.Text.Json;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;

namespace Cluster.Node.Http;

/// <summary>
/// The document of /replication: the registry of replicas as this node knows it. Its fields are a contract: fields may be added, none changed.
/// For a shard that this node leads it is complete; of the others it says what each replica told last (docs/operations.md).
/// </summary>
internal static class ReplicationJson
{
    public static void Write(RespServices resp, IBufferWriter<byte> to)
    {
        var topology = resp.Topology.Current;
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("node", resp.NodeName);
        json.WriteStartArray("links");
        if (resp.Backend is { } backend)
            foreach (var link in backend.Links.All) Link(json, topology, link);
        json.WriteEndArray();
        json.WriteStartArray("shards");
        for (int shard = 0; shard < (resp.Backend?.Directory.Shards ?? 0); shard++) Shard(json, topology, resp.Backend!.Directory[shard]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Link(Utf8JsonWriter json, TopologyView topology, LinkStatus link)
    {
        json.WriteStartObject();
        json.WriteString("node", topology.NameOf(link.Node));
        json.WriteBoolean("connected", link.Connected);
        json.WriteNumber("opened", link.Opened);
        json.WriteNumber("lost", link.Lost);
        json.WriteNumber("dropped", link.Dropped);
        json.WriteNumber("waitingBytes", link.WaitingBytes);
        json.WriteNumber("framesSent", link.FramesSent);
        json.WriteNumber("bytesSent", link.BytesSent);
        json.WriteNumber("framesReceived", link.FramesReceived);
        json.WriteNumber("bytesReceived", link.BytesReceived);
        json.WriteNumber("clockSkewMs", link.SkewMicros / 1e3);
        json.WriteEndObject();
    }

    private static void Shard(Utf8JsonWriter json, TopologyView topology, ShardCell cell)
    {
        var (report, leadership, counters) = (cell.Report, cell.Leadership, cell.Counters);
        json.WriteStartObject();
        json.WriteNumber("shard", cell.Shard);
        json.WriteNumber("term", leadership.Term);
        Node(json, "leader", topology, leadership.Leader);
        json.WriteString("view", report.Leads ? "leader" : cell.HasLocalReplica ? "replica" : "none");
        json.WriteBoolean("parked", cell.Parked);
        json.WriteNumber("headLsn", report.HeadLsn);
        json.WriteNumber("commitLsn", report.CommitLsn);
        json.WriteNumber("safeReplayLsn", report.SafeReplayLsn);
        Node(json, "commitHeldBy", topology, report.CommitHolder);
        json.WriteNumber("waitingBatches", counters.Waiting);
        json.WriteNumber("sessions", counters.Sessions);
        json.WriteNumber("elections", counters.Elections);
        json.WriteNumber("leaderChanges", counters.LeaderChanges);
        json.WriteNumber("transfers", counters.Transfers);
        json.WriteNumber("transfersFailed", counters.TransfersFailed);
        json.WriteNumber("recordsCut", counters.RecordsCut);
        if (cell.HasLocalReplica) ResyncMetrics.Write(json, cell);
        json.WriteStartArray("replicas");
        foreach (var replica in report.Replicas) Replica(json, topology, replica);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Replica(Utf8JsonWriter json, TopologyView topology, ReplicaReport replica)
    {
        json.WriteStartObject();
        json.WriteString("node", topology.NameOf(replica.Node));
        json.WriteString("role", TopologyJson.Role(replica.Role));
        json.WriteString("state", TopologyJson.State(replica.State));
        json.WriteNumber("incarnation", replica.Incarnation);
        json.WriteNumber("appliedLsn", replica.AppliedLsn);
        json.WriteNumber("durableLsn", replica.DurableLsn);
        json.WriteNumber("sentLsn", replica.SentLsn);
        json.WriteNumber("lagRecords", replica.LagRecords);
        Seconds(json, "lagSeconds", replica.LagMicros);
        Seconds(json, "heardSecondsAgo", replica.HeardMicrosAgo);
        json.WriteNumber("applyErrors", replica.ApplyErrors);
        json.WriteNumber("divergences", replica.Divergences);
        json.WriteEndObject();
    }

    private static void Node(Utf8JsonWriter json, string field, TopologyView topology, Guid? node)
    {
        if (node is { } id) json.WriteString(field, topology.NameOf(id));
        else json.WriteNull(field);
    }

    /// <summary>Below 0: not known.</summary>
    private static void Seconds(Utf8JsonWriter json, string field, long micros)
    {
        if (micros < 0) json.WriteNull(field);
        else json.WriteNumber(field, micros / 1e6);
    }
}
