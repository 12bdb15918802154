using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.State;

/// <summary>
/// A small file that is replaced as a whole: magic, version, length, checksum, content. Written to a temporary file, synced, renamed,
/// and the folder synced; a reader sees the old content or the new one. An unreadable file is an error, never an empty state.
///
///     0 u64 magic   8 u16 version   10 u16 0   12 u32 content length   16 u32 CRC-32C of bytes 0..15 and the content   20 u32 0   24 content
/// </summary>
public static class StateFile
{
    public const string TemporarySuffix = ".tmp";
    public const int HeaderBytes = 24;

    /// <summary>No state file comes near it; a length field beyond it is damage.</summary>
    public const int ContentBytesMax = 64 << 20;

    public static void Write(IFileLayer files, string path, ulong magic, ushort version, ReadOnlySpan<byte> content, ICrashPoints? crashPoints = null) =>
        Replace(files, path, Encode(magic, version, content), crashPoints);

    /// <summary>The bytes of such a file.</summary>
    public static byte[] Encode(ulong magic, ushort version, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, ContentBytesMax, nameof(content));
        var bytes = new byte[HeaderBytes + content.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), content.Length);
        content.CopyTo(bytes.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Checksum(bytes));
        return bytes;
    }

    /// <summary>
    /// Puts the bytes in the place of the file, as a whole: a crash leaves the old file or the new one. A throw before the folder's sync leaves
    /// the old one for this process; after a failed sync of the folder either may be what is durable.
    /// </summary>
    public static void Replace(IFileLayer files, string path, ReadOnlySpan<byte> bytes, ICrashPoints? crashPoints = null)
    {
        var name = Path.GetFileName(path);
        var temporary = path + TemporarySuffix;
        using (var file = files.Open(temporary, FileOpening.Replace))
        {
            file.Write(0, bytes);
            crashPoints?.Reached($"{name}.written");
            file.Sync();
        }

        crashPoints?.Reached($"{name}.synced");
        files.Rename(temporary, path);
        crashPoints?.Reached($"{name}.renamed");
        files.SyncFolder(Path.GetDirectoryName(path)!);
        crashPoints?.Reached($"{name}.durable");
    }

    /// <summary>The content and its version, or null if there is no such file. Throws <see cref="StateFileException"/> if it cannot be trusted.</summary>
    public static byte[]? Read(IFileLayer files, string path, ulong magic, ushort newestVersion, out ushort version)
    {
        version = 0;
        if (!files.FileExists(path))
            return null;
        using var file = files.Open(path, FileOpening.Read);
        var length = file.Length;
        if (length < HeaderBytes || length > HeaderBytes + ContentBytesMax)
            throw new StateFileException(path, $"its length is {length}");
        var bytes = new byte[length];
        if (file.Read(0, bytes) != length || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != magic)
            throw new StateFileException(path, "it is no such file");
        version = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) != length - HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(16)) != Checksum(bytes)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10)) != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(20)) != 0)
            throw new StateFileException(path, "its checksum does not hold");
        if (version == 0 || version > newestVersion)
            throw new StateFileException(path, $"version {version} is newer than this program");
        return bytes[HeaderBytes..];
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) =>
        ~Crc32C.Update(Crc32C.Update(~0u, bytes[..16]), bytes[HeaderBytes..]);
}
