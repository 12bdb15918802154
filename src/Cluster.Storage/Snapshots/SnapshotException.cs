namespace Cluster.Storage.Snapshots;

public enum SnapshotProblem
{
    /// <summary>Bytes are not what the manifest or a checksum says: drop what was received and begin anew.</summary>
    Damaged,

    /// <summary>It belongs to another cluster, shard or recovery generation.</summary>
    Foreign,

    /// <summary>It was made by a newer version of the program.</summary>
    Unsupported,

    /// <summary>It does not go beyond what this replica has committed.</summary>
    NotNewer,

    /// <summary>Not everything has arrived yet.</summary>
    Incomplete,

    /// <summary>It does not fit on the disk; nothing of it was written.</summary>
    NoSpace,

    /// <summary>An earlier snapshot is half-way to its place: open the shard, or <see cref="SnapshotInstall.FinishInterrupted"/>, first.</summary>
    InstallPending,
}

/// <summary>A snapshot cannot be received, verified or installed. The replica that it was to replace is untouched.</summary>
public sealed class SnapshotException(SnapshotProblem problem, string path, long offset, string reason)
    : StorageException($"snapshot: {path} at offset {offset}: {reason}")
{
    public SnapshotProblem Problem { get; } = problem;

    /// <summary>The file that shows the problem, or the folder.</summary>
    public string Path { get; } = path;

    /// <summary>In that file, in bytes.</summary>
    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
