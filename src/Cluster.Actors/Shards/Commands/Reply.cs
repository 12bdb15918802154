namespace Cluster.Actors.Shards;

/// <summary>Shape of a reply, independent of RESP's version. Values travel between nodes: append only.</summary>
public enum ReplyKind : byte
{
    /// <summary>Not answered yet.</summary>
    None = 0,
    Ok = 1,
    Nil = 2,
    Integer = 3,

    /// <summary>Bytes, from <see cref="CommandBatch.ReplyBytes"/>.</summary>
    Bulk = 4,

    /// <summary>Error line without the leading '-' (`UNKNOWN outcome unknown, …`), from <see cref="CommandBatch.ReplyBytes"/>.</summary>
    Error = 5,

    /// <summary>Replies to the commands of a transaction: bytes for <see cref="CommandBatch.ReadReplies"/>, from <see cref="CommandBatch.ReplyBytes"/>.</summary>
    Array = 6,
}

/// <summary>One reply. <see cref="Offset"/> and <see cref="Length"/> point into the batch's reply bytes.</summary>
public struct Reply
{
    public ReplyKind Kind;
    public int Offset;
    public int Length;
    public long Integer;
}
