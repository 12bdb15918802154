using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;
using Cluster.Storage.Files;

namespace Cluster.Node.Http;

/// <summary>The metrics of a node, gathered when they are asked for.</summary>
internal static class NodeMetrics
{
    public static void Write(PrometheusWriter to, RespServices resp, bool ready)
    {
        to.Gauge("cluster_build_info", "Version of the program.").Sample("version", resp.Version, 1);
        to.Gauge("cluster_ready", "1 while the node accepts clients.").Sample(ready ? 1 : 0);
        Clients(to, resp);
        if (resp.Backend is { } backend)
        {
            Shards(to, backend, resp.NodeId);
            ReplicationMetrics.Write(to, backend, resp.Topology.Current);
        }

        Topology(to, resp.Topology.Current);
        Process(to);
    }

    private static void Clients(PrometheusWriter to, RespServices resp)
    {
        var metrics = resp.Metrics;
        to.Gauge("cluster_resp_connections", "Client connections that are open.").Sample(resp.Clients.Count);
        to.Counter("cluster_resp_connections_total", "Client connections since the start.").Sample(metrics.Connections);
        to.Counter("cluster_resp_commands_total", "Commands since the start.").Sample(metrics.Commands);
        to.Counter("cluster_resp_rounds_total", "Reads of connections that held at least one command.").Sample(metrics.Rounds);
        to.Counter("cluster_resp_protocol_errors_total", "Connections closed because their bytes were no RESP.").Sample(metrics.ProtocolErrors);
        to.Counter("cluster_resp_refused_batches_total", "Batches that no shard took (its queue was full, or nobody served it).").Sample(metrics.RefusedBatches);
        to.Counter("cluster_resp_received_bytes_total", "Bytes from clients.").Sample(metrics.BytesIn);
        to.Counter("cluster_resp_sent_bytes_total", "Bytes to clients.").Sample(metrics.BytesOut);
    }

    private static void Shards(PrometheusWriter to, RespBackend backend, Guid self)
    {
        var directory = backend.Directory;
        var term = to.Gauge("cluster_shard_term", "Newest term that this node knows of.");
        for (int i = 0; i < directory.Shards; i++) term.Sample("shard", i, directory[i].Leadership.Term);
        var leading = to.Gauge("cluster_shard_leading", "1 if this node leads the shard.");
        for (int i = 0; i < directory.Shards; i++) leading.Sample("shard", i, directory[i].Leadership.Leader == self ? 1 : 0);
        var appended = to.Gauge("cluster_shard_appended_lsn", "Newest record in this node's log.");
        for (int i = 0; i < directory.Shards; i++) appended.Sample("shard", i, directory[i].AppendedLsn);
        var durable = to.Gauge("cluster_shard_durable_lsn", "Newest durable record in this node's log.");
        for (int i = 0; i < directory.Shards; i++) durable.Sample("shard", i, directory[i].DurableLsn);
        var commit = to.Gauge("cluster_shard_commit_lsn", "Newest committed record that is visible on this node.");
        for (int i = 0; i < directory.Shards; i++) commit.Sample("shard", i, directory[i].CommitLsn);
        var state = to.Gauge("cluster_shard_state", "State of the local replica: 0 recovering, 1 catching up, 2 replicating, 3 leading, 4 fenced, 5 stopping.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].HasLocalReplica) state.Sample("shard", i, (int)directory[i].State);
        to.Counter("cluster_storage_syncs_total", "Files that were synced since the start of the process, by whichever shard.").Sample(DiskCounters.Syncs);
        to.Counter("cluster_storage_written_bytes_total", "Bytes written to files since the start of the process.").Sample(DiskCounters.WrittenBytes);
        Storage(to, directory);
        var waiting = to.Gauge("cluster_shard_queue_batches", "Batches of clients that wait for the shard's actor.");
        for (int i = 0; i < directory.Shards; i++) waiting.Sample("shard", i, backend.Router.QueueOf(i).Count);
    }

    private static void Storage(PrometheusWriter to, ShardDirectory directory)
    {
        var log = to.Gauge("cluster_shard_log_bytes", "Bytes of the local replica's log files.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].Storage is { } status) log.Sample("shard", i, status.LogBytes);
        var data = to.Gauge("cluster_shard_data_bytes", "Bytes of the files that values were merged into.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].Storage is { } status) data.Sample("shard", i, status.DataBytes);
        var live = to.Gauge("cluster_shard_live_bytes", "Of both, about what a key still has.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].Storage is { } status) live.Sample("shard", i, status.LiveBytes);
        var merged = to.Counter("cluster_shard_merged_bytes_total", "Bytes of files that merges have replaced since the shard was opened.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].Storage is { } status) merged.Sample("shard", i, status.BytesReplaced);
        var failed = to.Gauge("cluster_shard_merge_failed", "1 if nothing is merged until the node is restarted.");
        for (int i = 0; i < directory.Shards; i++)
            if (directory[i].Storage is { } status) failed.Sample("shard", i, status.Failure is null ? 0 : 1);
    }

    private static void Topology(PrometheusWriter to, TopologyView topology)
    {
        to.Gauge("cluster_topology_epoch", "Version of the cluster map on this node.").Sample(topology.Epoch);
        var nodes = to.Gauge("cluster_nodes", "Nodes of the cluster by status.");
        foreach (var status in Enum.GetValues<NodeStatus>())
        {
            int count = 0;
            foreach (var node in topology.Nodes)
                if (node.Status == status) count++;
            nodes.Sample("status", status.ToString().ToLowerInvariant(), count);
        }
    }

    private static void Process(PrometheusWriter to)
    {
        var started = System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime();
        to.Gauge("process_start_time_seconds", "Start of the process, seconds since 1970.").Sample((started - DateTime.UnixEpoch).TotalSeconds);
        to.Counter("process_cpu_seconds_total", "Processor time of the process.").Sample(Environment.CpuUsage.TotalTime.TotalSeconds);
        to.Gauge("process_resident_memory_bytes", "Resident memory of the process.").Sample(Environment.WorkingSet);
        to.Gauge("dotnet_heap_bytes", "Managed heap.").Sample(GC.GetTotalMemory(false));
        var collections = to.Counter("dotnet_collections_total", "Garbage collections.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++) collections.Sample("generation", generation, GC.CollectionCount(generation));
        to.Counter("dotnet_collection_pause_seconds_total", "Time for which collections stopped the process.").Sample(GC.GetTotalPauseDuration().TotalSeconds);
        to.Gauge("dotnet_threadpool_threads", "Threads of the pool.").Sample(ThreadPool.ThreadCount);
        to.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.").Sample(ThreadPool.PendingWorkItemCount);
    }
}
