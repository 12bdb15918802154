using System.Buffers.Binary;
using Cluster.Actors.Wire;
using Cluster.Storage;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.State;

namespace Cluster.Actors.Membership;

/// <summary>
/// bootstrap.state in the data folder: what a node must not forget about the birth of its cluster, and its newest topology.
/// Layout, little-endian: u32 magic 'CLBS', u16 version, u16 0, u32 CRC32C of the rest, u32 length, body (docs/formats/bootstrap-state.md).
/// Replaced whole: temp, sync, rename, folder sync; a crash leaves the old or the new one. An unreadable file stops the node.
/// </summary>
public sealed class BootstrapFile(IFileLayer files, string folder) : IBootstrapStore
{
    public const string FileName = "bootstrap.state";

    private const uint Magic = 0x5342_4C43;
    private const ushort FormatVersion = 1;
    private const int HeaderBytes = 16;

    private readonly string _path = Path.Combine(folder, FileName);

    public BootstrapState Load()
    {
        if (!files.FileExists(_path)) return BootstrapState.Empty;
        byte[] bytes;
        using (var file = files.Open(_path, FileOpening.Read))
        {
            if (file.Length > StateFile.ContentBytesMax) throw new StateFileException(_path, $"its length is {file.Length}");
            bytes = new byte[file.Length];
            if (file.Read(0, bytes) != bytes.Length) throw new StateFileException(_path, "it ends early");
        }

        if (bytes.Length < HeaderBytes) throw new StateFileException(_path, $"expected at least {HeaderBytes} bytes, found {bytes.Length}");
        var header = bytes.AsSpan(0, HeaderBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic) throw new StateFileException(_path, "it does not start with its magic number");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        if (version != FormatVersion) throw new StateFileException(_path, $"expected format version {FormatVersion}, found {version}");
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        if (length != bytes.Length - HeaderBytes) throw new StateFileException(_path, $"expected {length} bytes behind the header, found {bytes.Length - HeaderBytes}");
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != Checksum(bytes))
            throw new StateFileException(_path, "its checksum is wrong");
        try
        {
            return BootstrapState.Decode(bytes.AsMemory(HeaderBytes));
        }
        catch (WireFormatException damaged)
        {
            throw new StateFileException(_path, damaged.Message);
        }
    }

    public void Save(BootstrapState state)
    {
        var body = state.Encode();
        var bytes = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), body.Length);
        body.CopyTo(bytes.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Checksum(bytes));
        StateFile.Replace(files, _path, bytes);
    }

    /// <summary>Over the length field and the body.</summary>
    private static uint Checksum(ReadOnlySpan<byte> file) => Crc32C.Compute(file[12..]);
}
