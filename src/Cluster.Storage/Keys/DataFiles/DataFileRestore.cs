using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>
/// Opening from data files: the manifest, then the indexes of its files in LSN order, into the directory. No value is read. Whatever is missing or
/// damaged ends the opening: the records it stood for may be nowhere else.
/// </summary>
internal static class DataFileRestore
{
    private const int ChangesPerCall = 128;

    /// <summary>Null if nothing was ever merged. Throws <see cref="StateFileException"/> or <see cref="WalCorruptException"/>.</summary>
    public static ShardManifest? Run(KeyState state, ShardStoreOptions options, IOpeningProgress progress)
    {
        var log = options.Log;
        var files = log.Environment.Files;
        if (ShardManifestFile.Read(files, log.Folder) is not { } manifest)
            return null;
        if (manifest.ClusterId != log.ClusterId || manifest.Shard != log.Shard)
            throw new ShardFolderException(ShardFolderProblem.Foreign, log.Folder, $"{ShardManifestFile.FileName} in {log.Folder} belongs to shard {manifest.Shard} of cluster {manifest.ClusterId}.");
        var entries = manifest.Files.Sum(static file => file.Entries);
        state.Directory.Expect(state.HintSource?.ExpectedKeys(entries) ?? 0);
        progress.Expect(manifest.Files.Sum(static file => file.Bytes));
        var live = new DataFile[manifest.Files.Count];
        try
        {
            for (var i = 0; i < live.Length; i++)
            {
                live[i] = Open(state.DataFiles, files, log.Folder, manifest, manifest.Files[i], out var reader);
                using (reader)
                    Load(state, live[i], reader, progress);
            }
        }
        catch
        {
            foreach (var file in live)
                file?.Release();
            throw;
        }

        state.DataFiles.Replace(live);
        return manifest;
    }

    /// <summary>Deletes data files that the manifest does not name: a merge ended before it could, or before they were unlinked.</summary>
    public static void DeleteLeftovers(IFileLayer files, string folder, ShardManifest? manifest)
    {
        foreach (var name in files.ListFiles(folder))
        {
            if (DataFileInfo.IsName(name) && manifest?.Files.Any(file => file.Name == name) != true)
                files.Delete(Path.Combine(folder, name));
        }
    }

    /// <summary>A file that the manifest names, ready to be read; its two ends hold.</summary>
    public static DataFile Open(DataFileTable table, IFileLayer files, string folder, ShardManifest manifest, in DataFileInfo info, out DataFileReader reader)
    {
        var path = Path.Combine(folder, info.Name);
        if (!files.FileExists(path))
            throw new WalCorruptException(path, 0, info.First, $"it is missing, although {ShardManifestFile.FileName} names it");
        var file = files.Open(path, FileOpening.Read);
        try
        {
            reader = DataFileReader.Open(file, info, manifest.Shard, manifest.ClusterId, values: false);
            return new DataFile(table.NextNumber(), info, reader.Footer.ValueBytes, reader.Footer.Tombstones, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A value's bytes count as dealt with, although they are passed by.</summary>
    private static void Load(KeyState state, DataFile file, DataFileReader reader, IOpeningProgress progress)
    {
        Span<DirectoryOperation> changes = stackalloc DirectoryOperation[ChangesPerCall];
        var count = 0;
        for (var before = 0L; reader.TryNext(); before = reader.Offset)
        {
            progress.Advance(reader.Offset - before);
            for (var index = reader.Index; !index.IsEmpty;)
            {
                var entry = reader.Take(ref index);
                var hash = state.Hash(entry.Key);
                changes[count++] = entry.Kind == DataEntryKind.Tombstone
                    ? DirectoryOperation.Remove(hash)
                    : DirectoryOperation.Put(hash, checked((uint)(reader.ValuesOffset + entry.Offset)), entry.OperationLength, entry.HasExpiry, entry.ExpiresAt);
                if (count < ChangesPerCall)
                    continue;
                state.Directory.Apply(file.Number, changes);
                count = 0;
            }
        }

        state.Directory.Apply(file.Number, changes[..count]);
        progress.Advance(DataFileFooter.Bytes);
    }
}
