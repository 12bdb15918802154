using System.Globalization;
using System.Text;
using Cluster.Actors.Shards;

namespace Cluster.Node.Resp;

/// <summary>INFO [section …]: the lines that clients and people look for.</summary>
internal static class InfoCommand
{
    /// <summary>The Redis whose behaviour clients may expect; the node's own version has its own line.</summary>
    public const string RedisVersion = "7.2.0";

    private static readonly string[] Sections = ["server", "clients", "memory", "persistence", "stats", "replication", "cluster", "keyspace"];

    public static void Info(CommandRouter router, CommandArguments arguments)
    {
        var text = new StringBuilder();
        foreach (string section in Sections)
        {
            if (!Wanted(section, arguments)) continue;
            if (text.Length > 0) text.Append("\r\n");
            text.Append("# ").Append(char.ToUpperInvariant(section[0])).Append(section.AsSpan(1)).Append("\r\n");
            Append(section, text, router);
        }

        int from = router.Round.LocalLength;
        var output = router.Round.BeginLocal();
        output.Text(text.ToString());
        output.Flush();
        router.Round.EndLocal(from);
    }

    private static bool Wanted(string section, CommandArguments arguments)
    {
        if (arguments.Count == 1) return true;
        for (int i = 1; i < arguments.Count; i++)
        {
            string asked = arguments.Text(i).ToLowerInvariant();
            if (asked == section || asked is "all" or "everything" or "default") return true;
        }

        return false;
    }

    /// <summary>Sums and extremes; each shard and replica is in /replication.</summary>
    private static void Replication(RespServices services, Action<string, object> line)
    {
        if (services.Backend is not { } backend) return;
        int parked = 0, replicas = 0, behind = 0, stale = 0, copying = 0, slowed = 0;
        long partial = 0, full = 0, copyIn = 0, copyOut = 0;
        long elections = 0, changes = 0, transfers = 0, errors = 0, divergences = 0, lagRecords = 0, lagMicros = 0, waiting = 0;
        for (int shard = 0; shard < backend.Directory.Shards; shard++)
        {
            var cell = backend.Directory[shard];
            var counters = cell.Counters;
            if (cell.Parked) parked++;
            elections += counters.Elections;
            changes += counters.LeaderChanges;
            transfers += counters.Transfers;
            errors += counters.ApplyErrors;
            divergences += counters.Divergences;
            waiting += counters.Waiting;
            var resyncs = cell.Resyncs;
            partial += resyncs.Partial;
            full += resyncs.Full;
            copyIn += resyncs.BytesReceived;
            copyOut += resyncs.BytesSent;
            copying += cell.SnapshotsSent;
            if (cell.IsStale) stale++;
            if (!double.IsPositiveInfinity(resyncs.WritersLimit)) slowed++;
            if (cell.Report is not { Leads: true } report) continue;
            foreach (var replica in report.Replicas)
            {
                if (replica.Node == services.NodeId) continue;
                replicas++;
                if (replica.State != ShardState.Replicating) behind++;
                lagRecords = Math.Max(lagRecords, replica.LagRecords);
                lagMicros = Math.Max(lagMicros, replica.LagMicros);
            }
        }

        int links = 0;
        long dropped = 0, skew = 0;
        foreach (var link in backend.Links.All)
        {
            if (link.Connected) links++;
            dropped += link.Dropped;
            if (Math.Abs(link.SkewMicros) > Math.Abs(skew)) skew = link.SkewMicros;
        }

        line("shards_parked", parked);
        line("connected_slaves", links);
        line("replicas_of_led_shards", replicas);
        line("replicas_not_replicating", behind);
        line("max_lag_records", lagRecords);
        line("max_lag_ms", lagMicros / 1000);
        line("waiting_batches", waiting);
        line("elections_won", elections);
        line("leader_changes", changes);
        line("transfers", transfers);
        line("apply_errors", errors);
        line("divergences", divergences);
        line("partial_resyncs", partial);
        line("full_resyncs", full);
        line("copy_bytes_received", copyIn);
        line("copy_bytes_sent", copyOut);
        line("copies_sending", copying);
        line("stale_replicas", stale);
        line("shards_with_slowed_writers", slowed);
        line("link_drops", dropped);
        line("max_clock_skew_ms", skew / 1000);
    }

    private static void Append(string section, StringBuilder text, CommandRouter router)
    {
        var services = router.Services;
        void Line(string name, object value) => text.Append(CultureInfo.InvariantCulture, $"{name}:{value}\r\n");
        switch (section)
        {
            case "server":
                Line("redis_version", RedisVersion);
                Line("redis_mode", "cluster");
                Line("cluster_version", services.Version);
                Line("node_name", services.NodeName);
                Line("os", Environment.OSVersion);
                Line("process_id", Environment.ProcessId);
                Line("run_id", ClusterCommands.NodeIdText(services.NodeId));
                Line("uptime_in_seconds", (long)(TimeProvider.System.GetUtcNow() - services.StartedAt).TotalSeconds);
                break;
            case "clients":
                Line("connected_clients", services.Clients.Count);
                break;
            case "memory":
                Line("used_memory", GC.GetTotalMemory(false));
                Line("used_memory_rss", Environment.WorkingSet);
                break;
            case "persistence":
                Line("loading", services.Backend is null ? 1 : 0);
                Line("aof_enabled", 1);
                break;
            case "stats":
                Line("total_connections_received", services.Metrics.Connections);
                Line("total_commands_processed", services.Metrics.Commands);
                Line("total_net_input_bytes", services.Metrics.BytesIn);
                Line("total_net_output_bytes", services.Metrics.BytesOut);
                break;
            case "replication":
                Line("role", "master");
                Line("shards_led", ClusterCommands.ShardsLed(services));
                Replication(services, Line);
                break;
            case "cluster":
                Line("cluster_enabled", 1);
                break;
        }
    }
}
