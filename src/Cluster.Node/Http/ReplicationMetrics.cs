using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;

namespace Cluster.Node.Http;

/// <summary>
/// The registry of replicas, the shards' histories and the links as metrics. Of the replicas of a shard only its leader reports, so that a
/// sum or maximum over all nodes counts each once.
/// </summary>
internal static class ReplicationMetrics
{
    public static void Write(PrometheusWriter to, RespBackend backend, TopologyView topology)
    {
        var directory = backend.Directory;
        Shards(to, directory, topology);
        Replicas(to, directory, topology);
        ResyncMetrics.Write(to, directory);
        Links(to, backend.Links, topology);
    }

    /// <summary>A node's name; its id if the topology does not list it.</summary>
    private static void Shards(PrometheusWriter to, ShardDirectory directory, TopologyView topology)
    {
        PerShard(to.Counter("cluster_shard_elections_total", "Elections that this node has won."), directory, cell => cell.Counters.Elections);
        PerShard(to.Counter("cluster_shard_leader_changes_total", "How often this node heard of another leader than before."), directory, cell => cell.Counters.LeaderChanges);
        PerShard(to.Counter("cluster_shard_transfers_total", "Leaderships that this node has handed over."), directory, cell => cell.Counters.Transfers);
        PerShard(to.Counter("cluster_shard_transfers_failed_total", "Leaderships that this node could not hand over."), directory, cell => cell.Counters.TransfersFailed);
        PerShard(to.Counter("cluster_shard_apply_errors_total", "Answers with records that this node had to refuse."), directory, cell => cell.Counters.ApplyErrors);
        PerShard(to.Counter("cluster_shard_divergences_total", "How often the history here was found to have parted from the leader's."), directory, cell => cell.Counters.Divergences);
        PerShard(to.Counter("cluster_shard_records_cut_total", "Records at the end of the log here that were never committed and were cut."), directory, cell => cell.Counters.RecordsCut);
        PerShard(to.Counter("cluster_shard_parkings_total", "How often the idle shard was parked here."), directory, cell => cell.Counters.Parkings);
        PerShard(to.Gauge("cluster_shard_parked", "1 while the shard is idle and the heartbeats between the nodes speak for it."), directory, cell => cell.Parked ? 1 : 0);
        PerShard(to.Gauge("cluster_shard_waiting_batches", "Batches that wait for their commit policy or for a proof of leadership."), directory, cell => cell.Counters.Waiting);
        PerShard(to.Gauge("cluster_shard_sessions", "Client sessions whose writes are remembered."), directory, cell => cell.Counters.Sessions);
        var safe = to.Gauge("cluster_shard_safe_replay_lsn", "Lowest applied LSN over the shard's replicas; 0 while one was not heard. From its leader.");
        ForLed(directory, (shard, report) => safe.Sample("shard", shard, report.SafeReplayLsn));
        var holder = to.Gauge("cluster_shard_commit_held", "1 for the voter whose sync the commit LSN waits for. From the leader.");
        ForLed(directory, (shard, report) =>
        {
            if (report.CommitHolder is { } node) holder.Sample("shard", shard, "node", topology.NameOf(node), 1);
        });
    }

    private static void Replicas(PrometheusWriter to, ShardDirectory directory, TopologyView topology)
    {
        void Each(PrometheusWriter metric, Func<ReplicaReport, double> value) => ForLed(directory, (shard, report) =>
        {
            foreach (var replica in report.Replicas) metric.Sample("shard", shard, "node", topology.NameOf(replica.Node), value(replica));
        });
        Each(to.Gauge("cluster_replica_applied_lsn", "Newest record that the replica shows. From the leader."), static replica => replica.AppliedLsn);
        Each(to.Gauge("cluster_replica_durable_lsn", "Newest record that the replica has synced. From the leader."), static replica => replica.DurableLsn);
        Each(to.Gauge("cluster_replica_sent_lsn", "Newest record sent to the replica by this leader."), static replica => replica.SentLsn);
        Each(to.Gauge("cluster_replica_lag_records", "Records that the leader has and the replica does not show."), static replica => replica.LagRecords);
        Each(to.Gauge("cluster_replica_lag_seconds", "For how long there has been such a record."), static replica => Math.Max(0, replica.LagMicros) / 1e6);
        Each(to.Counter("cluster_replica_apply_errors_total", "Answers with records that the replica had to refuse."), static replica => replica.ApplyErrors);
        Each(to.Counter("cluster_replica_divergences_total", "How often the replica's history was found to have parted from the leader's."), static replica => replica.Divergences);
    }

    private static void Links(PrometheusWriter to, LinkDirectory links, TopologyView topology)
    {
        void Each(PrometheusWriter metric, Func<LinkStatus, double> value)
        {
            foreach (var link in links.All) metric.Sample("node", topology.NameOf(link.Node), value(link));
        }

        Each(to.Gauge("cluster_link_connected", "1 while the link to the node carries messages."), static link => link.Connected ? 1 : 0);
        Each(to.Counter("cluster_link_opened_total", "How often the link was opened."), static link => link.Opened);
        Each(to.Counter("cluster_link_lost_total", "How often the link was lost."), static link => link.Lost);
        Each(to.Counter("cluster_link_dropped_total", "Messages that found the link closed or its queue full; their senders repeat them."), static link => link.Dropped);
        Each(to.Gauge("cluster_link_waiting_bytes", "Bytes that wait for the link."), static link => link.WaitingBytes);
        Each(to.Counter("cluster_link_sent_frames_total", "Frames to the node."), static link => link.FramesSent);
        Each(to.Counter("cluster_link_sent_bytes_total", "Bytes of these frames."), static link => link.BytesSent);
        Each(to.Counter("cluster_link_received_frames_total", "Frames from the node."), static link => link.FramesReceived);
        Each(to.Counter("cluster_link_received_bytes_total", "Bytes of these frames."), static link => link.BytesReceived);
        Each(to.Gauge("cluster_link_clock_skew_seconds", "The node's wall clock less this one's when its newest frame came; the way makes it look slow by as much."), static link => link.SkewMicros / 1e6);
    }

    private static void PerShard(PrometheusWriter metric, ShardDirectory directory, Func<ShardCell, double> value)
    {
        for (int shard = 0; shard < directory.Shards; shard++)
            if (directory[shard].HasLocalReplica) metric.Sample("shard", shard, value(directory[shard]));
    }

    private static void ForLed(ShardDirectory directory, Action<int, ShardReport> write)
    {
        for (int shard = 0; shard < directory.Shards; shard++)
            if (directory[shard].Report is { Leads: true } report) write(shard, report);
    }
}
