using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

/// <summary>The replica that a snapshot is received for.</summary>
public sealed record SnapshotReceiveOptions
{
    /// <summary>The shard's own folder, which may be missing; its parent exists. The snapshot is received beside it.</summary>
    public required string Folder { get; init; }

    public required int Shard { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>A snapshot of another one is refused.</summary>
    public long RecoveryGeneration { get; init; }

    /// <summary>What this replica has committed: a snapshot that does not go beyond it is refused before anything is received.</summary>
    public Lsn OwnCommit { get; init; }

    public required StorageEnvironment Environment { get; init; }

    /// <summary>Received bytes between two syncs: what a crash costs at most.</summary>
    public long SyncBytes { get; init; } = 64L << 20;

    /// <summary>Free bytes that must be left when everything has arrived.</summary>
    public long FreeBytesMin { get; init; }

    /// <summary>Noted in the new folder's state file.</summary>
    public FsyncMode Fsync { get; init; } = FsyncMode.Always;

    internal string Incoming => SnapshotFolder.Incoming(Folder);

    internal string Parent => Path.GetDirectoryName(Folder)!;
}
