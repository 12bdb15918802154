namespace Cluster.Storage.Log;

/// <summary>One batch on its way from the owner to the writer. The state changes under the queue's lock; the rest is the owner's until taken.</summary>
internal sealed class WalBatch(WalChunk chunk, int start, Lsn first, ulong digestBefore)
{
    public enum Stage
    {
        /// <summary>The owner is within a burst of appends; the writer leaves it alone.</summary>
        Filling,

        /// <summary>Complete as it is: the writer may take it, or the owner may go on with it in the next burst.</summary>
        Offered,

        /// <summary>Full; only the writer's.</summary>
        Closed,

        /// <summary>Taken by the writer; the owner must begin another.</summary>
        Taken,
    }

    public Stage State { get; set; } = Stage.Filling;

    public WalChunk Chunk => chunk;

    /// <summary>Offset of the header in the chunk.</summary>
    public int Start => start;

    public int End { get; set; }

    public Lsn First => first;

    public int Count { get; set; }

    public ulong DigestBefore => digestBefore;

    /// <summary>Digest after the last record.</summary>
    public ulong Digest { get; set; }

    public int Length => End - start;

    public long FileOffset => chunk.FileStart + start;

    public Lsn Last => first + (Count - 1);
}
