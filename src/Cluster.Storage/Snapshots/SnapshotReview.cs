using Cluster.Storage.Files;

namespace Cluster.Storage.Snapshots;

/// <summary>What stands beside a shard's folder because of snapshots, in words for an operator. Changes nothing and does not read the received files' content.</summary>
public static class SnapshotReview
{
    /// <param name="files">Where the folder is.</param>
    /// <param name="shardFolder">The shard's own folder, whether it exists or not.</param>
    /// <returns>Name and description of each thing that is there; not whole: the next opening refuses because of it.</returns>
    public static IReadOnlyList<(string Name, string Text, bool Whole)> Of(IFileLayer files, string shardFolder)
    {
        var found = new List<(string, string, bool)>();
        if (files.FileExists(SnapshotFolder.Intent(shardFolder)))
            found.Add(Intent(files, shardFolder));
        if (files.FolderExists(SnapshotFolder.Incoming(shardFolder)))
            found.Add((Path.GetFileName(SnapshotFolder.Incoming(shardFolder)), Incoming(files, SnapshotFolder.Incoming(shardFolder)), true));
        if (files.FolderExists(SnapshotFolder.Replaced(shardFolder)))
            found.Add((Path.GetFileName(SnapshotFolder.Replaced(shardFolder)), "the replica that a snapshot took the place of; deleted when the new one has opened", true));
        return found;
    }

    private static (string Name, string Text, bool Whole) Intent(IFileLayer files, string shardFolder)
    {
        var name = Path.GetFileName(SnapshotFolder.Intent(shardFolder));
        try
        {
            var intent = InstallIntent.Load(files, shardFolder)!;
            return (name, $"a snapshot that ends with LSN {intent.Last} is being installed; the next opening finishes that", true);
        }
        catch (StateFileException error)
        {
            return (name, $"DAMAGED: {error.Message}", false);
        }
    }

    private static string Incoming(IFileLayer files, string incoming)
    {
        try
        {
            if (ReceiveState.LoadManifest(files, incoming, out _) is not { } manifest)
                return "a snapshot whose manifest had not arrived; it will be begun anew";
            var position = ReceiveState.LoadPosition(files, incoming, manifest);
            var bytes = position.Offset;
            for (var i = 0; i < position.File - 1; i++)
                bytes += manifest.Files[i].Length;
            var text = $"snapshot {manifest.Id} that ends with LSN {manifest.Last}, made {DateTimeOffset.UnixEpoch.AddTicks(manifest.CreatedAt * TimeSpan.TicksPerMicrosecond):u}";
            return bytes == manifest.FileBytes
                ? $"{text}: received, not yet verified and installed"
                : $"{text}: {bytes} of {manifest.FileBytes} bytes are here, the rest can be asked for";
        }
        catch (StorageException error) when (error is StateFileException or SnapshotException)
        {
            return $"a snapshot that cannot be resumed and will be begun anew: {error.Message}";
        }
    }
}
