using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;

namespace Cluster.Storage;

/// <summary>Snapshots (S8): <c>Snapshots/DESIGN.md</c>.</summary>
public sealed partial class ShardStore
{
    /// <summary>
    /// Begins a snapshot of what is committed and durable here now. From this moment its files, and the log behind it, are kept; appends, commits, cuts, releases and merges
    /// go on. Owner only; touches no disk and costs as much as there are files. The result is completed on a worker, or disposed.
    /// </summary>
    public SnapshotStart BeginSnapshot(SnapshotOptions? options = null)
    {
        Invariant.Check(!_cutting, "no snapshot begins during a cut");
        return new SnapshotStart(_options.Log, Log, _state, options ?? new SnapshotOptions());
    }

    /// <summary>What a snapshot took the place of is not needed any more: this store has opened. If that fails now, the next opening does it.</summary>
    private static void DeleteReplaced(ShardLogOptions options)
    {
        try
        {
            SnapshotInstall.DeleteReplaced(options.Environment, options.Folder);
        }
        catch (StorageFailedException)
        {
            // It costs space, which the space guard watches; it is no reason not to serve.
        }
    }
}
