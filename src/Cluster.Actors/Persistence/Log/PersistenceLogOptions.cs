using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Actors.Persistence.Log;

/// <summary>What one log of a persistence plugin needs to know. Sizes are in bytes.</summary>
internal sealed record PersistenceLogOptions
{
    /// <summary>Stamped into the files as the shard's number, so that one kind of log is never opened as another.</summary>
    public required int Kind { get; init; }

    /// <summary>Of this log alone; its parent exists.</summary>
    public required string Folder { get; init; }

    public required StorageEnvironment Environment { get; init; }

    /// <summary>Remembers a failed sync across restarts; null: nobody does (tests).</summary>
    public NodeStateFile? State { get; init; }

    public FsyncMode Fsync { get; init; } = FsyncMode.Always;

    public long SegmentBytes { get; init; } = 64L << 20;

    public long BufferBytes { get; init; } = 8L << 20;

    public long UnflushedBytesMax { get; init; } = 64L << 20;

    /// <summary>Runs what may block on the disk; false if it cannot take more.</summary>
    public required Func<Action, bool> TryRunBlocking { get; init; }

    /// <summary>A compaction gave up: nothing is lost, but the log keeps growing. May be called on any thread.</summary>
    public Action<Exception> CompactionFailed { get; init; } = static _ => { };
}
