using Cluster.Storage.Keys;
using Cluster.Storage.Log;

namespace Cluster.Storage;

/// <summary>What one shard's store needs to know.</summary>
public sealed record ShardStoreOptions
{
    public required ShardLogOptions Log { get; init; }

    /// <summary>
    /// Key operations that may wait for their commit before client writes are refused. About 80 bytes of memory each.
    /// Records from a leader are taken up to <see cref="ShardStore.FollowerShare"/> times that.
    /// </summary>
    public int PendingOperationsMax { get; init; } = 256 * 1024;

    /// <summary>Bytes of the records that may wait for their commit; records from a leader as above.</summary>
    public long PendingBytesMax { get; init; } = 128L << 20;

    /// <summary>Whether sealed segments get hint files, from which the next opening builds the key directory.</summary>
    public bool Hints { get; init; } = true;

    public MergeOptions Merge { get; init; } = new();

    public KeyHasher Hasher { get; init; } = KeyHasher.Random();

    public EpochDomain Epochs { get; init; } = EpochDomain.Shared;
}
