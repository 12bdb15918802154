using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// Reads a received snapshot to the last byte and believes nothing (N6): what passes opens as this shard with the manifest's last LSN, digest and
/// configuration. Changes nothing.
/// </summary>
public sealed class SnapshotVerifier
{
    private readonly IFileLayer _files;
    private readonly string _folder;
    private readonly SnapshotManifest _manifest;
    private readonly Action<long, long>? _progress;
    private readonly CancellationToken _cancellation;
    private long _bytesDone;

    private SnapshotVerifier(IFileLayer files, string folder, SnapshotManifest manifest, Action<long, long>? progress, CancellationToken cancellation)
    {
        _files = files;
        _folder = folder;
        _manifest = manifest;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <param name="options">Whose snapshot it is; its folder of incoming files is read.</param>
    /// <param name="progress">Gets the bytes that were read and those there are in all, now and then.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The manifest that everything agrees with.</returns>
    /// <exception cref="SnapshotException">Damaged, Foreign, Unsupported or Incomplete; names file and offset.</exception>
    /// <exception cref="StateFileException">The manifest or the receiver's state cannot be read.</exception>
    /// <exception cref="StorageFailedException">The disk fails.</exception>
    public static SnapshotManifest Verify(SnapshotReceiveOptions options, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        var files = options.Environment.Files;
        var folder = options.Incoming;
        var path = Path.Combine(folder, SnapshotFolder.ManifestName);
        if (!files.FolderExists(folder) || ReceiveState.LoadManifest(files, folder, out _) is not { } manifest)
            throw new SnapshotException(SnapshotProblem.Incomplete, path, 0, "there is no snapshot");
        if (manifest.ClusterId != options.ClusterId || manifest.Shard != options.Shard || manifest.RecoveryGeneration != options.RecoveryGeneration)
            throw new SnapshotException(SnapshotProblem.Foreign, path, 20, $"it is of shard {manifest.Shard}, cluster {manifest.ClusterId}, recovery generation {manifest.RecoveryGeneration}");
        var position = ReceiveState.LoadPosition(files, folder, manifest);
        if (position.File <= manifest.Files.Count)
            throw new SnapshotException(SnapshotProblem.Incomplete, path, 0, $"it was received up to {position}");
        new SnapshotVerifier(files, folder, manifest, progress, cancellation).Run();
        return manifest;
    }

    private void Run()
    {
        CheckNames();
        var data = new SnapshotDataCheck(_manifest, _files, _folder);
        var merged = data.ReadMerged();
        var infos = merged?.Files.ToDictionary(static info => info.Name, StringComparer.Ordinal);
        var check = new SnapshotLogCheck(_manifest, merged);
        foreach (var entry in _manifest.Files)
        {
            using var file = _files.Open(Path.Combine(_folder, entry.Name), FileOpening.Read);
            if (file.Length != entry.Length)
                throw new SnapshotException(SnapshotProblem.Damaged, file.Path, Math.Min(file.Length, entry.Length), $"its length is {file.Length}, and should be {entry.Length}");
            if (entry.Kind == SnapshotFileKind.Segment)
                check.Segment(entry, file, Report);
            else if (entry.Kind == SnapshotFileKind.Data)
                data.DataFile(infos![entry.Name], file, Report);
            _bytesDone += entry.Length;
        }

        check.End(Path.Combine(_folder, SnapshotFolder.ManifestName));
    }

    /// <summary>What is not in the manifest would be opened with the shard; what is missing would not.</summary>
    private void CheckNames()
    {
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in _manifest.Files)
        {
            if (!expected.Add(entry.Name))
                throw new SnapshotException(SnapshotProblem.Damaged, Path.Combine(_folder, entry.Name), 0, "the manifest names it twice");
        }

        foreach (var name in _files.ListFiles(_folder))
        {
            var isOwn = name is SnapshotFolder.ManifestName or SnapshotFolder.ReceiveStateName or ShardStateFile.FileName || name.EndsWith(StateFile.TemporarySuffix, StringComparison.Ordinal);
            if (!expected.Remove(name) && !isOwn)
                throw new SnapshotException(SnapshotProblem.Damaged, Path.Combine(_folder, name), 0, "the manifest does not name it");
        }

        foreach (var missing in expected)
            throw new SnapshotException(SnapshotProblem.Damaged, Path.Combine(_folder, missing), 0, "it is missing");
    }

    private void Report(long bytesInFile)
    {
        _cancellation.ThrowIfCancellationRequested();
        _progress?.Invoke(_bytesDone + bytesInFile, _manifest.FileBytes);
    }
}
