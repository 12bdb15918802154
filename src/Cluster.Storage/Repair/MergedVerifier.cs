using System.Buffers;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.State;

namespace Cluster.Storage.Repair;

/// <summary>One data file that was read to its end.</summary>
public sealed record VerifiedDataFile(DataFileInfo Info, int Sections, long Tombstones);

/// <summary>Reads the manifest of a shard's folder and every byte of the data files it names. Changes nothing.</summary>
internal sealed class MergedVerifier(IFileLayer files, string folder, Action<long>? bytesRead, CancellationToken cancellation)
{
    private const int WindowBytes = 1 << 20;

    public ShardManifest? Manifest { get; private set; }

    public List<VerifiedDataFile> Files { get; } = [];

    /// <summary>The first damage, or null.</summary>
    public string? Damage { get; private set; }

    public void ReadManifest()
    {
        try
        {
            Manifest = ShardManifestFile.Read(files, folder);
        }
        catch (StateFileException error)
        {
            Damage = error.Message;
        }
    }

    public void ReadFiles()
    {
        foreach (var info in Manifest?.Files ?? [])
        {
            var path = Path.Combine(folder, info.Name);
            if (!files.FileExists(path))
            {
                Damage ??= $"{path} is missing, although {ShardManifestFile.FileName} names it";
                continue;
            }

            try
            {
                using var file = files.Open(path, FileOpening.Read);
                using var reader = DataFileReader.Open(file, info, Manifest!.Shard, Manifest.ClusterId, values: true);
                ReadSections(reader);
                if (Checksum(file) != info.Checksum)
                    throw new WalCorruptException(path, 0, info.First, "its checksum is not the one in the manifest");
                Files.Add(new VerifiedDataFile(info, reader.Footer.Sections, reader.Footer.Tombstones));
            }
            catch (WalCorruptException error)
            {
                Damage ??= error.Message;
            }
        }
    }

    private void ReadSections(DataFileReader reader)
    {
        for (var before = reader.Offset; reader.TryNext(); before = reader.Offset)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var index = reader.Index; !index.IsEmpty;)
            {
                var entry = reader.Take(ref index);
                if (entry.Kind != DataEntryKind.Tombstone)
                    reader.Operation(entry, out _);
            }

            bytesRead?.Invoke(reader.Offset - before);
        }
    }

    private static uint Checksum(IDataFile file)
    {
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            var checksum = ~0u;
            for (long offset = 0; file.Read(offset, window.AsSpan(0, WindowBytes)) is > 0 and var count; offset += count)
                checksum = Crc32C.Update(checksum, window.AsSpan(0, count));
            return ~checksum;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }
}
