namespace Cluster.Storage.Keys;

internal enum PendingKind : byte
{
    Put,
    Delete,
    FlushKeys,
}

/// <summary>One operation that waits for its commit. Entries are named by sequence numbers from 1 on; 0 means none.</summary>
internal struct PendingEntry
{
    public KeyHash Hash;
    public Lsn Lsn;
    public ValueLocation Location;

    /// <summary>Of a put, µs since 1970, 0 for never.</summary>
    public long ExpiresAt;

    /// <summary>Bytes of the whole record, at the record's first entry; else 0.</summary>
    public int RecordBytes;

    /// <summary>The older entry of the same key (for a mark: the older mark). Committed since, if below the oldest entry.</summary>
    public long Older;

    /// <summary>The next key in the bucket. Only the newest entry of a key is in a bucket.</summary>
    public long NextInBucket;

    public PendingKind Kind;

    /// <summary>A newer entry of the same key exists.</summary>
    public bool Superseded;
}
