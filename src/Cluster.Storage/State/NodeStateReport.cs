namespace Cluster.Storage.State;

/// <summary>What a node's state file says.</summary>
/// <param name="NodeId">Of the node.</param>
/// <param name="ClusterId">Null while it belongs to none.</param>
/// <param name="Shards">By number.</param>
public sealed record NodeStateReport(Guid NodeId, Guid? ClusterId, IReadOnlyList<NodeStateReport.Entry> Shards)
{
    /// <summary>State is null for a shard that only has a mark; otherwise the shard was created here and must have a folder.</summary>
    public sealed record Entry(int Shard, ShardReplicaState? State, bool Poisoned);
}
