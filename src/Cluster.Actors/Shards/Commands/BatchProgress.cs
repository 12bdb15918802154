namespace Cluster.Actors.Shards;

/// <summary>What a shard remembers about a batch that it holds.</summary>
internal struct BatchProgress
{
    /// <summary>Monotonic µs at which the batch was submitted on this node; its time-out counts from here.</summary>
    public long SubmittedAt;
}
