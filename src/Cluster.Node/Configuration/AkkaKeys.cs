using Akka.Configuration;

namespace Cluster.Node.Configuration;

/// <summary>
/// The keys of Akka.NET, for warnings about misspelt ones. The core's come from its own reference; remoting and membership bring
/// theirs only once they run, so they are listed here.
/// </summary>
internal static class AkkaKeys
{
    /// <summary>Below these the user names the keys.</summary>
    private static readonly string[] Open =
    [
        "akka.actor.deployment.", "akka.actor.serializers.", "akka.actor.serialization-bindings.", "akka.actor.serialization-identifiers.",
        "akka.actor.serialization-settings.", "akka.actor.mailbox.", "akka.actor.default-dispatcher.", "akka.actor.internal-dispatcher.",
        "akka.actor.default-blocking-io-dispatcher.", "akka.coordinated-shutdown.phases.", "akka.cluster.role.", "akka.cluster.split-brain-resolver.",
        "akka.remote.default-remote-dispatcher.", "akka.remote.dot-netty.ssl.", "akka.remote.dot-netty.tcp.ssl.", "akka.remote.dot-netty.tcp.batching.",
        "akka.remote.dot-netty.tcp.server-socket-worker-pool.", "akka.remote.dot-netty.tcp.client-socket-worker-pool.", "akka.persistence.", "akka.test.",
    ];

    private static readonly Dictionary<string, string> Listed = new()
    {
        ["akka.remote"] = """
            startup-timeout shutdown-timeout flush-wait-on-shutdown use-passive-connections backoff-interval command-ack-timeout handshake-timeout
            use-dispatcher untrusted-mode trusted-selection-paths log-received-messages log-sent-messages log-remote-lifecycle-events
            log-frame-size-exceeding log-buffer-size-exceeding retry-gate-closed-for prune-quarantine-marker-after quarantine-after-silence
            system-message-buffer-size system-message-ack-piggyback-timeout resend-interval resend-limit
            initial-system-message-delivery-timeout enabled-transports adapters
            """,
        ["akka.remote.transport-failure-detector"] = "implementation-class heartbeat-interval acceptable-heartbeat-pause",
        ["akka.remote.watch-failure-detector"] = """
            implementation-class heartbeat-interval threshold max-sample-size min-std-deviation acceptable-heartbeat-pause
            unreachable-nodes-reaper-interval expected-response-after
            """,
        ["akka.remote.dot-netty.tcp"] = """
            transport-class applied-adapters transport-protocol byte-order hostname public-hostname port public-port dns-use-ipv6 enforce-ip-family
            maximum-frame-size send-buffer-size receive-buffer-size connection-timeout backlog tcp-nodelay tcp-keepalive tcp-reuse-addr
            write-buffer-high-water-mark write-buffer-low-water-mark enable-ssl
            """,
        ["akka.cluster"] = """
            seed-nodes seed-node-timeout retry-unsuccessful-join-after shutdown-after-unsuccessful-join-seed-nodes auto-down-unreachable-after
            down-removal-margin downing-provider-class allow-weakly-up-members roles app-version run-coordinated-shutdown-when-down
            min-nr-of-members log-info log-info-verbose periodic-tasks-initial-delay gossip-interval gossip-time-to-live leader-actions-interval
            unreachable-nodes-reaper-interval publish-stats-interval use-dispatcher gossip-different-view-probability
            reduce-gossip-different-view-probability
            """,
        ["akka.cluster.failure-detector"] = """
            implementation-class heartbeat-interval threshold max-sample-size min-std-deviation acceptable-heartbeat-pause
            monitored-by-nr-of-members expected-response-after
            """,
    };

    private static readonly Lazy<HashSet<string>> Known = new(Collect);

    public static bool IsKnown(string path) => Known.Value.Contains(path) || Array.Exists(Open, path.StartsWith);

    public static string Nearest(string path) => EditDistance.Nearest(path, Known.Value.Order(StringComparer.Ordinal));

    private static HashSet<string> Collect()
    {
        var known = new HashSet<string>(KeyPaths.Of(ConfigurationFactory.Default()), StringComparer.Ordinal);
        foreach (var (section, keys) in Listed)
            foreach (string key in keys.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) known.Add($"{section}.{key}");
        return known;
    }
}
