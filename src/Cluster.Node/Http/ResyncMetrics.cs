using System.Text.Json;
using Cluster.Actors.Shards;

namespace Cluster.Node.Http;

/// <summary>How replicas came back from the log or by whole copies, in /metrics and in /replication.</summary>
internal static class ResyncMetrics
{
    public static void Write(PrometheusWriter to, ShardDirectory directory)
    {
        PerShard(to.Counter("cluster_shard_partial_resyncs_total", "How often the replica here has caught up from a leader's log after a start or a break of the link."), directory, static cell => cell.Resyncs.Partial);
        PerShard(to.Counter("cluster_shard_full_resyncs_total", "How often a whole copy took the place of the data of the replica here."), directory, static cell => cell.Resyncs.Full);
        var needed = to.Counter("cluster_shard_copies_needed_total", "How often the leader's log did not reach back to the replica here: it was away for too long (behind), or new or without its data (empty).");
        ForEach(directory, cell =>
        {
            needed.Sample("shard", cell.Shard, "cause", "behind", cell.Resyncs.NeededBehind);
            needed.Sample("shard", cell.Shard, "cause", "empty", cell.Resyncs.NeededEmpty);
        });
        PerShard(to.Gauge("cluster_shard_stale", "1 while the replica here serves old data because it waits for a whole copy."), directory, static cell => cell.IsStale ? 1 : 0);
        PerShard(to.Gauge("cluster_shard_copy_bytes", "Bytes of the copy under way that are here; 0 without one."), directory, static cell => cell.Bootstrap?.BytesReceived ?? 0);
        PerShard(to.Gauge("cluster_shard_copy_total_bytes", "Bytes of the whole copy under way; 0 without one."), directory, static cell => cell.Bootstrap?.BytesTotal ?? 0);
        PerShard(to.Counter("cluster_shard_copy_received_bytes_total", "Bytes of copies that came, repetitions included."), directory, static cell => cell.Resyncs.BytesReceived);
        PerShard(to.Counter("cluster_shard_copy_sent_bytes_total", "Bytes of copies that left for other replicas, repetitions included."), directory, static cell => cell.Resyncs.BytesSent);
        PerShard(to.Counter("cluster_shard_copies_served_total", "Copies of this replica that others have installed."), directory, static cell => cell.Resyncs.Served);
        PerShard(to.Gauge("cluster_shard_copies_sending", "Copies on their way from here to other replicas."), directory, static cell => cell.SnapshotsSent);
        PerShard(to.Gauge("cluster_shard_writers_slowed", "1 while writers are slowed because a copy would not outrun the log."), directory, static cell => IsSlowed(cell) ? 1 : 0);
        PerShard(to.Counter("cluster_shard_writers_slowed_seconds_total", "For how long they were."), directory, static cell => cell.Resyncs.WritersSlowedMicros / 1e6);
        PerShard(to.Gauge("cluster_shard_writers_limit_bytes_per_second", "What they may append to the log; 0 while they are free."), directory, static cell => IsSlowed(cell) ? cell.Resyncs.WritersLimit : 0);
    }

    public static void Write(Utf8JsonWriter json, ShardCell cell)
    {
        var resyncs = cell.Resyncs;
        json.WriteStartObject("resyncs");
        json.WriteNumber("partial", resyncs.Partial);
        json.WriteNumber("full", resyncs.Full);
        json.WriteNumber("neededBehind", resyncs.NeededBehind);
        json.WriteNumber("neededEmpty", resyncs.NeededEmpty);
        json.WriteString("lastCause", resyncs.LastCause);
        json.WriteNumber("bytesReceived", resyncs.BytesReceived);
        json.WriteNumber("bytesSent", resyncs.BytesSent);
        json.WriteNumber("copiesServed", resyncs.Served);
        json.WriteNumber("copiesSending", cell.SnapshotsSent);
        json.WriteBoolean("stale", cell.IsStale);
        if (cell.Bootstrap is { } copy)
        {
            json.WriteNumber("copyBytes", copy.BytesReceived);
            json.WriteNumber("copyTotalBytes", copy.BytesTotal);
        }

        json.WriteNumber("writersSlowedSeconds", resyncs.WritersSlowedMicros / 1e6);
        if (IsSlowed(cell)) json.WriteNumber("writersLimitBytesPerSecond", resyncs.WritersLimit);
        json.WriteEndObject();
    }

    public static bool IsSlowed(ShardCell cell) => !double.IsPositiveInfinity(cell.Resyncs.WritersLimit);

    private static void PerShard(PrometheusWriter metric, ShardDirectory directory, Func<ShardCell, double> value) =>
        ForEach(directory, cell => metric.Sample("shard", cell.Shard, value(cell)));

    private static void ForEach(ShardDirectory directory, Action<ShardCell> write)
    {
        for (int shard = 0; shard < directory.Shards; shard++)
            if (directory[shard].HasLocalReplica) write(directory[shard]);
    }
}
