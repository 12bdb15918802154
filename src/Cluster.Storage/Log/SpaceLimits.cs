namespace Cluster.Storage.Log;

/// <summary>When a node calls its disk full, in bytes that an unprivileged writer may still write.</summary>
public sealed record SpaceLimits
{
    /// <summary>
    /// Below this client writes are refused. It has to cover what was accepted before and is not written yet: the unflushed bytes of the
    /// shards (<see cref="ShardLogOptions.UnflushedBytesMax"/> each, as a rule far less) and what others write in a second.
    /// </summary>
    public long LowBytes { get; init; } = 128L << 20;

    /// <summary>From here on they are taken again; above the low mark, so that a disk at the border does not open and close by turns.</summary>
    public long HighBytes { get; init; } = 256L << 20;

    /// <summary>Kept allocated, and given back in steps when the file system has nothing left for a record or a vote that the cluster needs.</summary>
    public long ReserveBytes { get; init; } = 16L << 20;
}
