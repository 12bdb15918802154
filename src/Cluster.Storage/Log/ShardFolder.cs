using Cluster.Storage.State;

namespace Cluster.Storage.Log;

/// <summary>The folder of a shard as a whole: created completely or not at all, and refused if it is another's.</summary>
internal static class ShardFolder
{
    /// <summary>True if it was created now.</summary>
    public static bool Ensure(ShardLogOptions options)
    {
        var files = options.Environment.Files;
        var folder = options.Folder;
        if (files.FolderExists(folder))
        {
            if (!files.FileExists(Path.Combine(folder, ShardStateFile.FileName)))
                throw new ShardFolderException(ShardFolderProblem.HalfCreated, folder, $"{folder} has no {ShardStateFile.FileName}: it is no shard folder, or was not created to the end. Set it aside.");
            // Whoever created it may have died before its name was durable: what is synced in a folder that has no name is lost with it.
            files.SyncFolder(Path.GetDirectoryName(folder)!);
            return false;
        }

        if (!options.CreateIfMissing)
            throw new ShardFolderException(ShardFolderProblem.Missing, folder, $"{folder} is missing, although shard {options.Shard} had its data there. Bring it back, or let this replica start empty under a new incarnation.");

        // Under another name until it is whole, so that a half-created folder never carries the shard's name.
        var unfinished = folder + ".new";
        files.DeleteFolder(unfinished);
        files.CreateFolder(unfinished);
        ShardStateFile.Create(files, unfinished, new ShardState(options.Shard, options.ClusterId, options.Environment.BootId, options.Fsync, ClosedCleanly: true, Doubtful: false, Lsn.None, Lsn.None));
        files.SyncFolder(unfinished);
        options.Environment.CrashPoints.Reached("folder.filled");
        files.Rename(unfinished, folder);
        files.SyncFolder(Path.GetDirectoryName(folder)!);
        options.Environment.CrashPoints.Reached("folder.created");
        return true;
    }

    public static void CheckIdentity(ShardLogOptions options, in ShardState state)
    {
        if (state.ClusterId != options.ClusterId)
            throw new ShardFolderException(ShardFolderProblem.Foreign, options.Folder, $"{options.Folder} belongs to cluster {state.ClusterId}, not to {options.ClusterId}.");
        if (state.Shard != options.Shard)
            throw new ShardFolderException(ShardFolderProblem.Foreign, options.Folder, $"{options.Folder} belongs to shard {state.Shard}, not to {options.Shard}.");
    }

    public static void DeleteTemporaryFiles(ShardLogOptions options)
    {
        foreach (var name in options.Environment.Files.ListFiles(options.Folder))
        {
            if (name.EndsWith(StateFile.TemporarySuffix, StringComparison.Ordinal))
                options.Environment.Files.Delete(Path.Combine(options.Folder, name));
        }
    }
}
