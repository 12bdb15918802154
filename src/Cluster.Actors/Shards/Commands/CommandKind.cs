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

    /// <summary>
    /// Key → integer: ms until it expires, -1 if it never does, -2 if there is no such key. With <see cref="CommandFlags.Absolute"/> ms since 1970
    /// instead, with <see cref="CommandFlags.Seconds"/> rounded to seconds.
    /// </summary>
    TimeToLive = 8,

    /// <summary>Key, i64 → integer: the sum. The expiry stays.</summary>
    Increment = 9,

    /// <summary>Key, bytes → integer: the new length. The expiry stays.</summary>
    Append = 10,

    /// <summary>Key, i64 offset and bytes that overwrite the value from there on → integer: the new length. The expiry stays.</summary>
    SetRange = 11,

    /// <summary>Key, i64 first and i64 last byte, negative ones counted from the end → bulk.</summary>
    GetRange = 12,

    /// <summary>Key → integer: bytes of the value, 0 without one.</summary>
    Length = 13,

    /// <summary>
    /// Key, i64 time as of <see cref="CommandFlags.Expires"/> → integer 1 or 0. IfAbsent and IfPresent ask whether it expires already,
    /// <see cref="CommandFlags.IfLater"/> and <see cref="CommandFlags.IfSooner"/> when. A time that is over deletes the key.
    /// </summary>
    Expire = 14,

    /// <summary>Key → integer: 1 if it expired at some time and no longer does.</summary>
    Persist = 15,

    /// <summary>Key → bulk or nil; the key is deleted.</summary>
    GetDelete = 16,

    /// <summary>Key, with <see cref="CommandFlags.Expires"/> its new i64 time, without it never expires → bulk or nil.</summary>
    GetExpire = 17,

    /// <summary>Commands of this shard and watches, see <see cref="TransactionReader"/> → array of the replies, or nil if a watched key has changed. One record.</summary>
    Transaction = 18,

    /// <summary>Key → bulk: a <see cref="WatchToken"/>.</summary>
    Watch = 19,

    /// <summary>No key → bulk: committed keys from a cursor on, see <see cref="CommandBatch.AddScan"/> and ScanReader.</summary>
    Scan = 20,

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

    /// <summary>No key → bulk: how old what this replica shows is; in a READONLY batch.</summary>
    Staleness = 205,
}

/// <summary>What a kind means for those who handle it without evaluating it.</summary>
internal static class CommandKinds
{
    public static bool IsKnown(CommandKind kind) => kind is (>= CommandKind.Get and <= CommandKind.Scan) or (>= CommandKind.Transfer and <= CommandKind.Staleness);

    /// <summary>It may append a record.</summary>
    public static bool IsWrite(CommandKind kind) => kind is CommandKind.Set or CommandKind.Delete or CommandKind.SetMany or CommandKind.FlushAll
        or CommandKind.Increment or CommandKind.Append or CommandKind.SetRange or CommandKind.Expire or CommandKind.Persist
        or CommandKind.GetDelete or CommandKind.GetExpire or CommandKind.Transaction;

    /// <summary>It cannot be evaluated without the key's value, if there is one.</summary>
    public static bool NeedsValue(CommandKind kind, CommandFlags flags) => kind switch
    {
        CommandKind.Increment or CommandKind.Append or CommandKind.SetRange or CommandKind.Expire or CommandKind.Persist
            or CommandKind.GetDelete or CommandKind.GetExpire => true,
        CommandKind.Set => (flags & CommandFlags.ReturnOld) != 0,
        _ => false,
    };

    /// <summary>Bytes that its value begins with, whatever follows.</summary>
    public static int FixedBytes(CommandKind kind, CommandFlags flags) => kind switch
    {
        CommandKind.Set or CommandKind.GetExpire => (flags & CommandFlags.Expires) != 0 ? sizeof(long) : 0,
        CommandKind.Increment or CommandKind.SetRange or CommandKind.Expire => sizeof(long),
        CommandKind.GetRange => 2 * sizeof(long),
        CommandKind.Transaction => TransactionReader.HeaderBytes,
        CommandKind.Scan => ScanReader.ArgumentBytes,
        _ => 0,
    };
}

/// <summary>Values travel between nodes: append only. A bit may mean something else for another kind.</summary>
[Flags]
public enum CommandFlags : byte
{
    None = 0,
    IfAbsent = 1,
    IfPresent = 2,

    /// <summary>The value begins with when it expires, i64 little-endian in µs: since 1970 or, negative, from the leader's now on.</summary>
    Expires = 4,

    /// <summary>Set answers the value that was there before, or nil, instead of ok.</summary>
    ReturnOld = 8,

    /// <summary>Set leaves the key's expiry as it is.</summary>
    KeepExpiry = 16,

    /// <summary>Expire only if the key then lives longer; one that never expires lives longest.</summary>
    IfLater = 32,

    /// <summary>Expire only if the key then lives shorter.</summary>
    IfSooner = 64,

    /// <summary>Of TimeToLive.</summary>
    Absolute = 8,

    /// <summary>Of TimeToLive.</summary>
    Seconds = 16,

    /// <summary>Of Transaction: no command of it is a write.</summary>
    ReadsOnly = 1,
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
