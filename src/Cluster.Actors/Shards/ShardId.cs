namespace Cluster.Actors.Shards;

/// <summary>Numbers of shards: data shards are 0 … N−1.</summary>
public static class ShardId
{
    /// <summary>The shard whose content is the topology.</summary>
    public const int Meta = -1;
}
