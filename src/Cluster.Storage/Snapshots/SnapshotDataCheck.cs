using System.Buffers;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// What stands in the place of the merged beginning of the log: the shard's manifest, and every byte of the data files that it names. Damage is a
/// <see cref="SnapshotException"/> whatever finds it.
/// </summary>
internal sealed class SnapshotDataCheck(SnapshotManifest manifest, IFileLayer files, string folder)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The shard's manifest, or null if the snapshot is all log. Its data files are exactly those of the snapshot.</summary>
    public ShardManifest? ReadMerged()
    {
        var path = Path.Combine(folder, ShardManifestFile.FileName);
        ShardManifest? merged = null;
        var named = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in manifest.Files)
        {
            if (entry.Kind == SnapshotFileKind.ShardManifest)
                merged = Read(path);
            else if (entry.Kind == SnapshotFileKind.Data)
                named.Add(entry.Name, entry.Length);
        }

        foreach (var info in merged?.Files ?? [])
        {
            if (!named.Remove(info.Name, out var length) || length != info.Bytes)
                throw new SnapshotException(SnapshotProblem.Damaged, path, 0, $"it names {info.Name} of {info.Bytes} bytes, the snapshot does not");
        }

        foreach (var other in named.Keys)
            throw new SnapshotException(SnapshotProblem.Damaged, Path.Combine(folder, other), 0, "the shard's manifest does not name it");
        return merged;
    }

    /// <summary>Both checksums of each byte: the one of the whole file, and those that its readers rely on; then what the bytes say.</summary>
    public void DataFile(in DataFileInfo info, IDataFile file, Action<long> report)
    {
        CheckWhole(info, file, report);
        try
        {
            using var reader = DataFileReader.Open(file, info, manifest.Shard, manifest.ClusterId, values: true);
            while (reader.TryNext())
            {
                report(info.Bytes);
                for (var index = reader.Index; !index.IsEmpty;)
                {
                    var entry = reader.Take(ref index);
                    if (entry.Kind != DataEntryKind.Tombstone)
                        reader.Operation(entry, out _);
                }
            }
        }
        catch (WalCorruptException error)
        {
            throw new SnapshotException(SnapshotProblem.Damaged, file.Path, error.Offset, error.Reason);
        }
    }

    private static void CheckWhole(in DataFileInfo info, IDataFile file, Action<long> report)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var running = ~0u;
            for (long offset = 0; offset < info.Bytes;)
            {
                var count = file.Read(offset, block.AsSpan(0, (int)Math.Min(block.Length, info.Bytes - offset)));
                if (count == 0)
                    throw new SnapshotException(SnapshotProblem.Damaged, file.Path, offset, "the file ends too early");
                running = Crc32C.Update(running, block.AsSpan(0, count));
                offset += count;
                report(offset);
            }

            if (~running != info.Checksum)
                throw new SnapshotException(SnapshotProblem.Damaged, file.Path, 0, "the checksum of the whole file does not hold");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private ShardManifest Read(string path)
    {
        ShardManifest? merged;
        try
        {
            merged = ShardManifestFile.Read(files, folder);
        }
        catch (StateFileException error)
        {
            throw new SnapshotException(SnapshotProblem.Damaged, path, 0, error.Reason);
        }

        if (merged is null)
            throw new SnapshotException(SnapshotProblem.Damaged, path, 0, "it is missing");
        if (merged.ClusterId != manifest.ClusterId || merged.Shard != manifest.Shard)
            throw new SnapshotException(SnapshotProblem.Foreign, path, 0, $"it belongs to shard {merged.Shard} of cluster {merged.ClusterId}");
        if (merged.RegardedCommit > manifest.Last)
            throw new SnapshotException(SnapshotProblem.Damaged, path, 0, $"its files lack what records up to LSN {merged.RegardedCommit} replace");
        return merged;
    }
}
