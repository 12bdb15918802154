using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Snapshots;

/// <summary>Bytes of a manifest: 128 bytes, then timeline, files, control records and sections (docs/formats/snapshot.md).</summary>
internal static class SnapshotManifestCodec
{
    public const ulong Magic = 0x3150414E53554C43; // "CLUSNAP1"
    public const ushort Version = 1;
    public const int HeaderBytes = 128;

    /// <summary>Known as soon as this much has arrived: <see cref="LengthOf"/>.</summary>
    public const int PrefixBytes = 16;

    /// <summary>A length field beyond it is damage. Tens of thousands of files with their sessions stay far below it.</summary>
    public const int BytesMax = 64 << 20;

    private const int TermBytes = 16;
    private const int FileBytes = 16;
    private const int ControlBytes = 32;
    private const int SectionBytes = 8;

    public static byte[] Encode(SnapshotManifest manifest)
    {
        var controls = Controls(manifest);
        long length = HeaderBytes + ((long)TermBytes * manifest.Timeline.Count);
        foreach (var file in manifest.Files)
            length += FileBytes + Encoding.UTF8.GetByteCount(file.Name);
        foreach (var control in controls)
            length += ControlBytes + control.Payload.Length;
        foreach (var section in manifest.Sections)
            length += SectionBytes + section.Content.Length;
        if (length > BytesMax)
            throw new SnapshotException(SnapshotProblem.Unsupported, SnapshotFolder.ManifestName, 0, $"a manifest of {length} bytes is too long");

        var bytes = new byte[length];
        var at = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(at, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(at[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(at[12..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at[20..], manifest.Shard);
        MemoryMarshal.Write(at[24..], manifest.Id);
        MemoryMarshal.Write(at[40..], manifest.ClusterId);
        BinaryPrimitives.WriteInt64LittleEndian(at[56..], manifest.RecoveryGeneration);
        BinaryPrimitives.WriteInt64LittleEndian(at[64..], manifest.Last.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[72..], manifest.LastTerm.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(at[80..], manifest.Digest);
        BinaryPrimitives.WriteInt64LittleEndian(at[88..], manifest.CreatedAt);
        BinaryPrimitives.WriteInt32LittleEndian(at[96..], manifest.Timeline.Count);
        BinaryPrimitives.WriteInt32LittleEndian(at[100..], manifest.Files.Count);
        BinaryPrimitives.WriteInt32LittleEndian(at[104..], controls.Count);
        BinaryPrimitives.WriteInt32LittleEndian(at[108..], manifest.Sections.Count);
        at = at[HeaderBytes..];
        foreach (var start in manifest.Timeline)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, start.Term.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], start.First.Value);
            at = at[TermBytes..];
        }

        foreach (var file in manifest.Files)
        {
            var name = Encoding.UTF8.GetBytes(file.Name, at[FileBytes..]);
            at[0] = (byte)file.Kind;
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)name);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], file.Length);
            at = at[(FileBytes + name)..];
        }

        foreach (var control in controls)
        {
            at[0] = (byte)control.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], control.Payload.Length);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], control.Lsn.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], control.Term.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[24..], control.Timestamp);
            control.Payload.Span.CopyTo(at[ControlBytes..]);
            at = at[(ControlBytes + control.Payload.Length)..];
        }

        foreach (var section in manifest.Sections)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, section.Id);
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], section.Content.Length);
            section.Content.Span.CopyTo(at[SectionBytes..]);
            at = at[(SectionBytes + section.Content.Length)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Checksum(bytes));
        return bytes;
    }

    /// <summary>The manifest's whole length as its first bytes say it, 0 if they are no manifest's.</summary>
    public static int LengthOf(ReadOnlySpan<byte> prefix)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(prefix) != Magic)
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        return length is >= HeaderBytes and <= BytesMax ? length : 0;
    }

    public static SnapshotManifest Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < HeaderBytes || LengthOf(bytes) != bytes.Length)
            throw new SnapshotException(SnapshotProblem.Damaged, path, 0, "it is no whole manifest");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) != Checksum(bytes))
            throw new SnapshotException(SnapshotProblem.Damaged, path, 16, "the manifest's checksum does not hold");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (version != Version)
            throw new SnapshotException(SnapshotProblem.Unsupported, path, 8, $"this program does not know version {version} of the manifest");
        return new SnapshotManifestParser(bytes, path).Parse();
    }

    private static List<ControlRecord> Controls(SnapshotManifest manifest)
    {
        var controls = new List<ControlRecord>(2);
        if (manifest.Configuration is { } configuration)
            controls.Add(configuration);
        if (manifest.Topology is { } topology)
            controls.Add(topology);
        return controls;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => ~Crc32C.Update(Crc32C.Update(~0u, bytes[..16]), bytes[20..]);
}
