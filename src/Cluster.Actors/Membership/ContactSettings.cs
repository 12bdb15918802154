using Cluster.Actors.Topology;

namespace Cluster.Actors.Membership;

/// <summary>Who this node is and whom it asks first.</summary>
public sealed record ContactSettings
{
    public required NodeEntry Self { get; init; }

    /// <summary>Random per process start.</summary>
    public required long ProcessId { get; init; }

    /// <summary>µs since 1970.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The users' akka.cluster.seed-nodes: full Akka addresses. May name this node.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>Nodes that form a new cluster together; 0 = join an existing one only.</summary>
    public required int Expect { get; init; }

    /// <summary>Shards and replicas of a cluster that is born now.</summary>
    public required int Shards { get; init; }

    public required int Replicas { get; init; }

    /// <summary>How long a start waits for a word of a living node with the same identity, if there is anybody to ask.</summary>
    public TimeSpan IdentityWait { get; init; } = TimeSpan.FromMilliseconds(700);
}
