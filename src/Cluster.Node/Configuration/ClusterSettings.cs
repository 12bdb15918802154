using System.Collections.Immutable;
using Cluster.Actors.Shards.Core;
using Cluster.Node.Resp;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Node.Configuration;

/// <summary>Where a listener listens.</summary>
public sealed record Endpoint(string Host, int Port);

/// <summary>
/// The settings of a node, read once and checked. There are no defaults here: they are in hocon/reference.conf, key by key
/// under the same names, with meaning and unit.
/// </summary>
public sealed record ClusterSettings
{
    public required string Name { get; init; }

    public required string NodeName { get; init; }

    /// <summary>Full path.</summary>
    public required string DataDir { get; init; }

    public required string Region { get; init; }

    public required int Shards { get; init; }

    public required int Replicas { get; init; }

    /// <summary>0 = only joins. `auto` is resolved.</summary>
    public required int BootstrapExpect { get; init; }

    public required WritePolicy CommitPolicy { get; init; }

    public required ReadMode Reads { get; init; }

    public required int ClockDriftPercent { get; init; }

    public required TimeSpan WriteTimeout { get; init; }

    /// <summary>READONLY reads are refused by a replica that may be further behind its leader; zero: they are not.</summary>
    public required TimeSpan MaxStaleness { get; init; }

    public required TimeSpan ElectionTimeout { get; init; }

    public required TimeSpan MaxClockSkew { get; init; }

    public required TimeSpan DownAfter { get; init; }

    public required FsyncMode Fsync { get; init; }

    public required long SegmentBytes { get; init; }

    public required MergeOptions Merge { get; init; }

    /// <summary>Log of one shard that is kept for replicas that are away.</summary>
    public required long WalKeepBytes { get; init; }

    public required long FreeBytesLow { get; init; }

    public required long FreeBytesHigh { get; init; }

    public required long ReserveBytes { get; init; }

    public required Routing Routing { get; init; }

    public required bool AllowInsecure { get; init; }

    public required Endpoint Resp { get; init; }

    /// <summary>Empty host, port 0: as <see cref="Resp"/>.</summary>
    public required Endpoint RespAnnounced { get; init; }

    public required Endpoint Http { get; init; }

    public required Endpoint Remoting { get; init; }

    /// <summary>Full Akka addresses.</summary>
    public required ImmutableArray<string> SeedNodes { get; init; }
}
