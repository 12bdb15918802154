using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// The two small files of a folder that receives (docs/formats/snapshot.md): the manifest, written once, and the position up to which everything is durable (N5).
/// </summary>
internal static class ReceiveState
{
    private const ulong ManifestMagic = 0x464D504E53554C43; // "CLUSNPMF"
    private const ulong PositionMagic = 0x53525053554C43; // "CLUSPRS"
    private const ushort Version = 1;
    private const int PositionBytes = 32;

    public static void SaveManifest(IFileLayer files, string incoming, ReadOnlySpan<byte> manifest, ICrashPoints crashPoints) =>
        StateFile.Write(files, Path.Combine(incoming, SnapshotFolder.ManifestName), ManifestMagic, Version, manifest, crashPoints);

    /// <summary>Null if there is none. Throws <see cref="StateFileException"/> or <see cref="SnapshotException"/>.</summary>
    public static SnapshotManifest? LoadManifest(IFileLayer files, string incoming, out int length)
    {
        var path = Path.Combine(incoming, SnapshotFolder.ManifestName);
        var bytes = StateFile.Read(files, path, ManifestMagic, Version, out _);
        length = bytes?.Length ?? 0;
        return bytes is null ? null : SnapshotManifest.Decode(bytes, path);
    }

    public static void SavePosition(IFileLayer files, string incoming, Guid snapshot, SnapshotPosition position, ICrashPoints crashPoints)
    {
        Span<byte> content = stackalloc byte[PositionBytes];
        content.Clear();
        MemoryMarshal.Write(content, snapshot);
        BinaryPrimitives.WriteInt32LittleEndian(content[16..], position.File);
        BinaryPrimitives.WriteInt64LittleEndian(content[24..], position.Offset);
        StateFile.Write(files, Path.Combine(incoming, SnapshotFolder.ReceiveStateName), PositionMagic, Version, content, crashPoints);
    }

    /// <summary>The first byte of the first file if none was saved. Throws <see cref="StateFileException"/>.</summary>
    public static SnapshotPosition LoadPosition(IFileLayer files, string incoming, SnapshotManifest manifest)
    {
        var path = Path.Combine(incoming, SnapshotFolder.ReceiveStateName);
        var content = StateFile.Read(files, path, PositionMagic, Version, out _);
        if (content is null)
            return new SnapshotPosition(1, 0);
        if (content.Length != PositionBytes || MemoryMarshal.Read<Guid>(content) != manifest.Id)
            throw new StateFileException(path, "it belongs to another snapshot");
        var position = new SnapshotPosition(BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(24)));
        var isEnd = position == new SnapshotPosition(manifest.Files.Count + 1, 0);
        if (!isEnd && (position.File < 1 || position.File > manifest.Files.Count || position.Offset < 0 || position.Offset >= manifest.Files[position.File - 1].Length))
            throw new StateFileException(path, "it names a place that the snapshot does not have");
        return position;
    }
}
