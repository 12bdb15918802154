namespace Cluster.Storage;

/// <summary>What a shard's files hold, and what its merge does. Estimates, a little late.</summary>
public readonly record struct MergeStatus
{
    /// <summary>Bytes of the log's segments.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Bytes of the live data files.</summary>
    public required long DataBytes { get; init; }

    public long DiskBytes => LogBytes + DataBytes;

    /// <summary>Of all these, bytes of values that a key still has, with what belongs to them.</summary>
    public required long LiveBytes { get; init; }

    public long DeadBytes => DiskBytes - LiveBytes;

    public required int DataFiles { get; init; }

    /// <summary>Up to here the data files stand in for the log.</summary>
    public required Lsn MergedThrough { get; init; }

    /// <summary>A merge is under way, that far.</summary>
    public required bool Running { get; init; }

    public required long RunBytesDone { get; init; }

    public required long RunBytesTotal { get; init; }

    /// <summary>Since the store was opened: merges that ended, bytes they read and wrote, bytes of the files they replaced.</summary>
    public required long Merges { get; init; }

    public required long BytesRead { get; init; }

    public required long BytesWritten { get; init; }

    public required long BytesReplaced { get; init; }

    /// <summary>Why nothing is merged until the shard is opened again, or null.</summary>
    public required Exception? Failure { get; init; }
}
