using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

public enum OldReplica
{
    /// <summary>It is behind: it gives way, and is deleted once the new one has opened.</summary>
    Replace,

    /// <summary>It diverged or was poisoned and is given up; the replica returns under a new incarnation. Its folder is kept for whoever looks into it.</summary>
    KeepAsEvidence,
}

/// <summary>Whether a snapshot helps a replica.</summary>
public enum SnapshotUse
{
    /// <summary>It goes beyond what is committed here, and the log does not hold its last record.</summary>
    Install,

    /// <summary>Everything in it is committed here.</summary>
    NotNewer,

    /// <summary>The log holds its last record, in the same term: the same history, perhaps longer and acknowledged. Pull on instead.</summary>
    InLog,
}

/// <summary>
/// Puts a received snapshot in the place of a shard. From the durable intent on the shard is the new one; a crash at any point leaves either the old
/// one or the new one to the next opening (N8, and the table in DESIGN.md). The store of the shard must be closed. Blocks.
/// </summary>
public static class SnapshotInstall
{
    /// <summary>Asked of the open store before it is closed for an installation (N7). Owner only.</summary>
    public static SnapshotUse Judge(ShardStore store, SnapshotManifest manifest)
    {
        if (manifest.Last <= store.CommitLsn)
            return SnapshotUse.NotNewer;
        return manifest.Last <= store.LastLsn && store.Terms.TermAt(manifest.Last) == manifest.LastTerm ? SnapshotUse.InLog : SnapshotUse.Install;
    }

    /// <summary>Verifies the snapshot that was received for that shard and installs it.</summary>
    /// <param name="options">The shard, and what it has committed: the snapshot must go beyond that and beyond what its folder's state says.</param>
    /// <param name="old">What becomes of the folder that is there.</param>
    /// <param name="progress">Of the verification: bytes read, bytes in all.</param>
    /// <param name="cancellation">Ends the verification with an <see cref="OperationCanceledException"/>; after it nothing is interrupted.</param>
    /// <exception cref="SnapshotException">Damaged, Foreign, Unsupported, Incomplete, NotNewer, InstallPending. The old folder is untouched.</exception>
    /// <exception cref="ShardFolderException">The old folder is no whole shard folder, or another's.</exception>
    /// <exception cref="StateFileException">A state file cannot be read; the old folder is untouched.</exception>
    /// <exception cref="StorageFailedException">The disk failed: the next opening finds the old replica or the new one.</exception>
    public static SnapshotManifest Run(
        SnapshotReceiveOptions options, OldReplica old, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        CheckNothingPending(options);
        var manifest = SnapshotVerifier.Verify(options, progress, cancellation);
        RunVerified(options, manifest, old);
        return manifest;
    }

    /// <summary>
    /// Installs the snapshot that <see cref="SnapshotVerifier"/> has returned the manifest of, in this process: it is read to the last byte while the old replica
    /// still serves, and only renames are left for the time without one. Exceptions as of <see cref="Run"/>.
    /// </summary>
    public static void RunVerified(SnapshotReceiveOptions options, SnapshotManifest manifest, OldReplica old)
    {
        var environment = options.Environment;
        var files = environment.Files;
        CheckNothingPending(options);
        if (!files.FolderExists(options.Incoming) || ReceiveState.LoadManifest(files, options.Incoming, out _)?.Id != manifest.Id)
            throw new SnapshotException(SnapshotProblem.Incomplete, options.Incoming, 0, "it is not the snapshot that was verified");
        var doubtful = old == OldReplica.Replace && MustDoubt(options, manifest);
        var state = new ShardState(options.Shard, options.ClusterId, environment.BootId, options.Fsync, ClosedCleanly: true, doubtful, manifest.Last, manifest.Last);
        ShardStateFile.Create(files, options.Incoming, state);
        files.SyncFolder(options.Incoming);
        environment.CrashPoints.Reached("install.prepared");

        // A folder that an earlier installation set aside would be in the way; what it gave way to is set aside now.
        DeleteReplaced(environment, options.Folder);
        environment.CrashPoints.Reached("install.older-deleted");
        var intent = new InstallIntent(manifest.Id, manifest.Last, old == OldReplica.Replace ? 0 : environment.RandomId() | 1);
        intent.Save(files, options.Folder);
        environment.CrashPoints.Reached("install.intended");
        Apply(environment, options.Folder, intent);
    }

    /// <summary>
    /// Sets the folder of a replica that is given up aside without another in its place; null if there is none. The replica's negative incarnation is durable
    /// already: a crash before the rename finds the damage again, one behind it a folder that is missing. The store is closed. Blocks.
    /// </summary>
    public static string? SetAside(StorageEnvironment environment, string shardFolder)
    {
        if (!environment.Files.FolderExists(shardFolder))
            return null;
        var aside = SnapshotFolder.Evidence(shardFolder, environment.RandomId() | 1);
        environment.Files.Rename(shardFolder, aside);
        environment.Files.SyncFolder(Path.GetDirectoryName(shardFolder)!);
        return aside;
    }

    /// <summary>
    /// Finishes what a crash interrupted; false if there is nothing. <see cref="ShardStore.Open"/> does it by itself. Throws <see cref="StateFileException"/>,
    /// <see cref="SnapshotException"/> if the folders are not those of an interrupted installation, or <see cref="StorageFailedException"/>.
    /// </summary>
    public static bool FinishInterrupted(StorageEnvironment environment, string shardFolder)
    {
        if (InstallIntent.Load(environment.Files, shardFolder) is not { } intent)
            return false;
        var incoming = SnapshotFolder.Incoming(shardFolder);
        if (environment.Files.FolderExists(incoming) && ReceiveState.LoadManifest(environment.Files, incoming, out _)?.Id != intent.Snapshot)
            throw new SnapshotException(SnapshotProblem.InstallPending, incoming, 0, "it is not the snapshot whose installation was begun; set it and the intent aside");

        // What can be read may be a name whose folder sync failed: made durable anew before a folder is renamed on its word.
        intent.Save(environment.Files, shardFolder);
        Apply(environment, shardFolder, intent);
        return true;
    }

    /// <summary>Deletes what an installed snapshot took the place of. <see cref="ShardStore.Open"/> does it once the shard has opened.</summary>
    internal static void DeleteReplaced(StorageEnvironment environment, string shardFolder)
    {
        var replaced = SnapshotFolder.Replaced(shardFolder);
        if (!environment.Files.FolderExists(replaced))
            return;
        environment.Files.DeleteFolder(replaced);
        environment.Files.SyncFolder(Path.GetDirectoryName(shardFolder)!);
    }

    private static void CheckNothingPending(SnapshotReceiveOptions options)
    {
        if (options.Environment.Files.FileExists(SnapshotFolder.Intent(options.Folder)))
            throw new SnapshotException(SnapshotProblem.InstallPending, SnapshotFolder.Intent(options.Folder), 0, "an earlier snapshot is being installed");
    }

    /// <summary>
    /// Whether the old replica may lack what it acknowledged, which its successor then may as well. Refuses a snapshot that does not go beyond what it has committed.
    /// </summary>
    private static bool MustDoubt(SnapshotReceiveOptions options, SnapshotManifest manifest)
    {
        var files = options.Environment.Files;
        var commit = options.OwnCommit;
        var doubtful = false;
        if (files.FolderExists(options.Folder))
        {
            var state = ReadOldState(options);
            commit = Lsn.Max(commit, state.Commit);
            doubtful = state.IsDoubtfulAfter(options.Environment.BootId);
        }

        if (manifest.Last <= commit)
            throw new SnapshotException(SnapshotProblem.NotNewer, options.Folder, 0, $"the snapshot ends with LSN {manifest.Last}, and {commit} is committed here");
        return doubtful;
    }

    private static ShardState ReadOldState(SnapshotReceiveOptions options)
    {
        if (!options.Environment.Files.FileExists(Path.Combine(options.Folder, ShardStateFile.FileName)))
            throw new ShardFolderException(ShardFolderProblem.HalfCreated, options.Folder, $"{options.Folder} has no {ShardStateFile.FileName}: what it has acknowledged cannot be known. Give the replica up, or set the folder aside.");
        var state = ShardStateFile.Peek(options.Environment.Files, options.Folder);
        if (state.ClusterId != options.ClusterId || state.Shard != options.Shard)
            throw new ShardFolderException(ShardFolderProblem.Foreign, options.Folder, $"{options.Folder} belongs to shard {state.Shard} of cluster {state.ClusterId}.");
        return state;
    }

    /// <summary>Every step may be done twice, and none again after the one behind it.</summary>
    private static void Apply(StorageEnvironment environment, string folder, InstallIntent intent)
    {
        var files = environment.Files;
        var parent = Path.GetDirectoryName(folder)!;
        var incoming = SnapshotFolder.Incoming(folder);
        if (files.FolderExists(incoming))
        {
            if (files.FolderExists(folder))
            {
                files.Rename(folder, intent.SetAside(folder));
                environment.CrashPoints.Reached("install.old-renamed");
                files.SyncFolder(parent);
                environment.CrashPoints.Reached("install.old-aside");
            }

            files.Rename(incoming, folder);
            environment.CrashPoints.Reached("install.renamed");
        }

        files.SyncFolder(parent);
        environment.CrashPoints.Reached("install.in-place");
        if (!files.FolderExists(folder))
            throw new SnapshotException(SnapshotProblem.InstallPending, folder, 0, "neither it nor the snapshot that was to be installed is there");
        files.Delete(Path.Combine(folder, SnapshotFolder.ReceiveStateName));
        files.Delete(Path.Combine(folder, SnapshotFolder.ManifestName));
        files.SyncFolder(folder);
        environment.CrashPoints.Reached("install.cleaned");
        files.Delete(SnapshotFolder.Intent(folder));
        files.SyncFolder(parent);
        environment.CrashPoints.Reached("install.done");
    }
}
