using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Files;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// The decision that the received snapshot is the shard (N8), beside the shard's folder and durable before a folder is renamed
/// (docs/formats/snapshot.md). Which renames have been made can be seen by which folders there are.
/// </summary>
internal sealed record InstallIntent(Guid Snapshot, Lsn Last, ulong Evidence)
{
    private const ulong Magic = 0x4C54534E53554C43; // "CLUSNSTL"
    private const ushort Version = 1;
    private const int ContentBytes = 32;

    /// <summary>Where the old folder goes; it is deleted one day unless it is evidence.</summary>
    public string SetAside(string shardFolder) => Evidence == 0 ? SnapshotFolder.Replaced(shardFolder) : SnapshotFolder.Evidence(shardFolder, Evidence);

    public void Save(IFileLayer files, string shardFolder)
    {
        Span<byte> content = stackalloc byte[ContentBytes];
        MemoryMarshal.Write(content, Snapshot);
        BinaryPrimitives.WriteInt64LittleEndian(content[16..], Last.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(content[24..], Evidence);
        StateFile.Write(files, SnapshotFolder.Intent(shardFolder), Magic, Version, content);
    }

    /// <summary>Null if there is none. Throws <see cref="StateFileException"/>.</summary>
    public static InstallIntent? Load(IFileLayer files, string shardFolder)
    {
        var path = SnapshotFolder.Intent(shardFolder);
        var content = StateFile.Read(files, path, Magic, Version, out _);
        if (content is null)
            return null;
        if (content.Length != ContentBytes)
            throw new StateFileException(path, "its length cannot be");
        return new InstallIntent(
            MemoryMarshal.Read<Guid>(content),
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(16))),
            BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(24)));
    }
}
