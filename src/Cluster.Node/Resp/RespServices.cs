using System.Net;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;

namespace Cluster.Node.Resp;

/// <summary>How a node serves a key whose shard it does not lead.</summary>
public enum Routing
{
    Forward,
    Redirect,
}

/// <summary>The shards of the node, once they are known. Replaced as a whole.</summary>
/// <param name="Router">Where commands go.</param>
/// <param name="Directory">What this node knows of each shard's leader.</param>
public sealed record RespBackend(ShardRouter Router, ShardDirectory Directory)
{
    /// <summary>The links to other nodes, for operators.</summary>
    public LinkDirectory Links { get; init; } = new();
}

/// <summary>Everything that the connections of a node share.</summary>
public sealed class RespServices(Guid nodeId, string nodeName, string version, Routing routing, ITopologyView topology, RespMetrics metrics)
{
    private volatile RespBackend? _backend;
    private volatile string _loading = "LOADING the node is starting";
    private long _lastClientId;

    public Guid NodeId { get; } = nodeId;

    public string NodeName { get; } = nodeName;

    public string Version { get; } = version;

    public Routing Routing { get; } = routing;

    /// <summary>When writes of a connection that has asked for nothing else are answered.</summary>
    public WritePolicy DefaultPolicy { get; init; } = WritePolicy.Quorum;

    /// <summary>Of the READONLY reads of new connections; zero: any.</summary>
    public TimeSpan MaxStaleness { get; init; }

    public ITopologyView Topology { get; } = topology;

    public RespMetrics Metrics { get; } = metrics;

    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    public ClientRegistry Clients { get; } = new();

    /// <summary>Null while the shards are not known or not open; commands that need one are answered with <see cref="Loading"/>.</summary>
    public RespBackend? Backend { get => _backend; set => _backend = value; }

    /// <summary>Why the node does not serve yet: an error text that starts with LOADING.</summary>
    public string Loading { get => _loading; set => _loading = value; }

    /// <summary>A new connection: what it has not asked for otherwise is as this node is configured, wherever its commands are carried out.</summary>
    internal ClientSession NewSession(EndPoint? remote, EndPoint? local) => new(Interlocked.Increment(ref _lastClientId), remote, local) { Policy = DefaultPolicy, MaxStaleness = MaxStaleness };
}
