using Cluster.Storage.State;

namespace Cluster.Storage.Log;

/// <summary>What one shard's log needs to know. Sizes are in bytes.</summary>
public sealed record ShardLogOptions
{
    /// <summary>The shard's own folder; its parent exists.</summary>
    public required string Folder { get; init; }

    /// <summary>Data shards from 0 on, the meta shard is -1.</summary>
    public required int Shard { get; init; }

    /// <summary>Stamped into every file; a folder of another cluster is refused.</summary>
    public required Guid ClusterId { get; init; }

    public required StorageEnvironment Environment { get; init; }

    public required ILogListener Listener { get; init; }

    /// <summary>False: a missing folder is a <see cref="ShardFolderException"/>, because this shard once had one here.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>
    /// Where the mark of a failed sync is kept: set when the log is poisoned, cleared when it was opened again. While it is set, and
    /// after an unclean end on the same boot, an opening copies the records that are not known to be synced. Null: no mark is kept.
    /// </summary>
    public NodeStateFile? NodeState { get; init; }

    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Recent records kept in memory for readers. Unflushed records stay beyond it.</summary>
    public long BufferBytes { get; init; } = 8L << 20;

    /// <summary>Above this <see cref="ShardLog.HasRoom"/> is false; at twice this an append throws.</summary>
    public long UnflushedBytesMax { get; init; } = 64L << 20;

    /// <summary>Ends an opening that still reads, with an <see cref="OperationCanceledException"/>; nothing was changed then, and it may be repeated.</summary>
    public CancellationToken OpeningCancelled { get; init; }

    public FsyncMode Fsync { get; init; } = FsyncMode.Always;

    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromSeconds(1);
}
