namespace Cluster.Actors.Shards;

/// <summary>
/// What travels between the actors of one shard on two nodes, inside a peer frame. Not immutable: it may hold pooled
/// or reference-counted bytes, so it has one holder at a time, who calls <see cref="Release"/> when done.
/// </summary>
public abstract class ShardMessage
{
    public virtual void Release()
    {
    }
}

/// <summary>Record bytes on their way to a replica: a slice of the log, a disk read, or part of a received frame.</summary>
public abstract class RecordBytes
{
    public abstract int Length { get; }

    public abstract void CopyTo(Span<byte> to);

    public virtual void Release()
    {
    }
}

/// <summary>Received record bytes: a range of the frame's own array, kept alive by the garbage collector.</summary>
public sealed class ReceivedBytes(ReadOnlyMemory<byte> bytes) : RecordBytes
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public override int Length => Bytes.Length;

    public override void CopyTo(Span<byte> to) => Bytes.Span.CopyTo(to);
}
