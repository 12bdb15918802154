namespace Cluster.Storage.Log;

/// <summary>
/// One batch on its way from the owner to the writer. The state changes under the queue's lock; the rest is the owner's until taken. Once written
/// the object serves again: the owner holds on to a taken one until it begins the next, and asks it for its state alone.
/// </summary>
internal sealed class WalBatch
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

    public Stage State { get; set; }

    public WalChunk Chunk { get; private set; } = null!;

    /// <summary>Offset of the header in the chunk.</summary>
    public int Start { get; private set; }

    public int End { get; set; }

    public Lsn First { get; private set; }

    public int Count { get; set; }

    public ulong DigestBefore { get; private set; }

    /// <summary>Digest after the last record.</summary>
    public ulong Digest { get; set; }

    public int Length => End - Start;

    public long FileOffset => Chunk.FileStart + Start;

    public Lsn Last => First + (Count - 1);

    /// <summary>Owner: a batch without records yet.</summary>
    public void Begin(WalChunk chunk, int start, Lsn first, ulong digestBefore)
    {
        Chunk = chunk;
        Start = start;
        End = start;
        First = first;
        Count = 0;
        DigestBefore = digestBefore;
        Digest = digestBefore;
        State = Stage.Filling;
    }

    /// <summary>Writer: the chunk's memory may go.</summary>
    public void Forget() => Chunk = null!;
}
