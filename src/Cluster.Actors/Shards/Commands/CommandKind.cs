namespace Cluster.Actors.Shards;

/// <summary>What a command asks of one shard. Values travel between nodes: append only.</summary>
public enum CommandKind : byte
{
    /// <summary>Key → bulk or nil.</summary>
    Get = 1,

    /// <summary>Key, value, optionally <see cref="CommandFlags.IfAbsent"/> or <see cref="CommandFlags.IfPresent"/> → ok, or nil if the condition failed.</summary>
    Set = 2,

    /// <summary>Key → integer 1 or 0.</summary>
    Delete = 3,

    /// <summary>Key → integer 1 or 0.</summary>
    Exists = 4,

    /// <summary>Several keys and values of this shard, written as one atomic record → ok.</summary>
    SetMany = 5,

    /// <summary>No key → integer: the number of keys of this shard.</summary>
    Count = 6,

    /// <summary>No key → ok. One record removes every key of this shard.</summary>
    FlushAll = 7,

    /// <summary>Key → integer: ms until it expires, -1 if it never does, -2 if there is no such key.</summary>
    TimeToLive = 8,

    // Administration of the shard. Each is alone in its batch, and repeating it is harmless: what is so already is ok.

    /// <summary>Node id (16 bytes, big-endian) → ok once that voter leads.</summary>
    Transfer = 200,

    /// <summary>Node id → ok once the node is a learner that becomes a voter when it has caught up, committed.</summary>
    AddVoter = 201,

    /// <summary>Node id → ok once the node is no member, committed.</summary>
    RemoveVoter = 202,

    /// <summary>No key → bulk `shard:lsn:term` of the leader's newest record, once that is committed and the leadership confirmed (DESIGN C3).</summary>
    Bookmark = 203,

    /// <summary>LSN, term and µs to wait (i64 each, little-endian) → ok once this replica shows that record; in a READONLY batch.</summary>
    WaitBookmark = 204,
}

[Flags]
public enum CommandFlags : byte
{
    None = 0,
    IfAbsent = 1,
    IfPresent = 2,

    /// <summary>The value begins with when it expires, i64 little-endian in µs: since 1970 or, negative, from the leader's now on.</summary>
    Expires = 4,
}

/// <summary>When a write is answered (DESIGN R10). Values travel between nodes: append only.</summary>
public enum CommitPolicy : byte
{
    /// <summary>What the node that evaluates the command has configured.</summary>
    Default = 0,

    /// <summary>Durable on a majority of the shard's voters.</summary>
    Quorum = 1,

    /// <summary>Durable at the leader only: can be lost at a failover.</summary>
    Local = 2,

    /// <summary>Durable at the leader and at n other voters. Whether it can be lost depends on n: <see cref="Core.WritePolicy.SurvivesFailover"/>.</summary>
    AckN = 3,

    /// <summary>Committed, and durable at every voter.</summary>
    All = 4,

    /// <summary>Committed, and durable in n regions.</summary>
    Regions = 5,
}
