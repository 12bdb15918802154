using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cluster.Storage.State;

/// <summary>
/// The manifest as bytes (docs/formats/shard-manifest.md): the content of <c>shard.manifest</c>, and of whatever carries a manifest elsewhere. Has no
/// checksum of its own: what holds it must have one.
/// </summary>
public static class ShardManifestCodec
{
    public const int HeadBytes = 96;
    public const int FileBytes = 56;
    public const int TermBytes = 16;
    public const int ControlHeadBytes = 32;
    public const int SectionHeadBytes = 8;

    public static byte[] Encode(ShardManifest manifest)
    {
        var length = HeadBytes + (manifest.Files.Count * FileBytes) + (manifest.Terms.Count * TermBytes);
        foreach (var control in manifest.Controls)
            length += ControlHeadBytes + control.Payload.Length;
        foreach (var section in manifest.Sections)
            length += SectionHeadBytes + section.Content.Length;
        var bytes = new byte[length];
        WriteHead(bytes, manifest);
        var at = bytes.AsSpan(HeadBytes);
        foreach (var file in manifest.Files)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, file.Id);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], file.First.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], file.Last.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[24..], file.CleanThrough.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[32..], file.Bytes);
            BinaryPrimitives.WriteInt64LittleEndian(at[40..], file.Entries);
            BinaryPrimitives.WriteUInt32LittleEndian(at[48..], file.Checksum);
            at = at[FileBytes..];
        }

        foreach (var start in manifest.Terms)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, start.Term.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], start.First.Value);
            at = at[TermBytes..];
        }

        foreach (var control in manifest.Controls)
        {
            at[0] = (byte)control.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], control.Payload.Length);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], control.Lsn.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], control.Term.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[24..], control.Timestamp);
            control.Payload.Span.CopyTo(at[ControlHeadBytes..]);
            at = at[(ControlHeadBytes + control.Payload.Length)..];
        }

        foreach (var section in manifest.Sections)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)section.Kind);
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], section.Content.Length);
            section.Content.Span.CopyTo(at[SectionHeadBytes..]);
            at = at[(SectionHeadBytes + section.Content.Length)..];
        }

        return bytes;
    }

    /// <summary>
    /// Throws <see cref="StateFileException"/>, which names <paramref name="path"/>, unless the bytes are one whole manifest that keeps the
    /// invariants, in parts this version knows.
    /// </summary>
    public static ShardManifest Decode(ReadOnlySpan<byte> content, string path)
    {
        if (content.Length < HeadBytes)
            throw new StateFileException(path, $"its content is {content.Length} bytes long");
        var files = Count(content, 76, FileBytes, path);
        var terms = Count(content, 80, TermBytes, path);
        var controls = Count(content, 84, ControlHeadBytes, path);
        var sections = Count(content, 88, SectionHeadBytes, path);
        var at = content[HeadBytes..];
        var manifest = new ShardManifest
        {
            Shard = BinaryPrimitives.ReadInt32LittleEndian(content),
            ClusterId = MemoryMarshal.Read<Guid>(content[8..]),
            MergedThrough = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content[24..])),
            RegardedCommit = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(content[32..])),
            Digest = BinaryPrimitives.ReadUInt64LittleEndian(content[40..]),
            LastTerm = new Term(BinaryPrimitives.ReadInt64LittleEndian(content[48..])),
            LastTimestamp = BinaryPrimitives.ReadInt64LittleEndian(content[56..]),
            Files = ReadFiles(ref at, files, path),
            Terms = ReadTerms(ref at, terms, path),
            Controls = ReadControls(ref at, controls, path),
            Sections = ReadSections(ref at, sections, path),
        };
        if (!at.IsEmpty || BinaryPrimitives.ReadInt32LittleEndian(content[4..]) != 0
            || BinaryPrimitives.ReadInt64LittleEndian(content[64..]) != 0 || BinaryPrimitives.ReadInt32LittleEndian(content[72..]) != 0
            || BinaryPrimitives.ReadInt32LittleEndian(content[92..]) != 0)
            throw new StateFileException(path, "what must be zero or empty is not");
        Check(manifest, path);
        return manifest;
    }

    private static void WriteHead(Span<byte> target, ShardManifest manifest)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, manifest.Shard);
        MemoryMarshal.Write(target[8..], manifest.ClusterId);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], manifest.MergedThrough.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], manifest.RegardedCommit.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], manifest.Digest);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], manifest.LastTerm.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[56..], manifest.LastTimestamp);
        BinaryPrimitives.WriteInt32LittleEndian(target[76..], manifest.Files.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[80..], manifest.Terms.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[84..], manifest.Controls.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[88..], manifest.Sections.Count);
    }

    /// <summary>A count is believed only as far as the bytes could hold so many: nobody allocates for more.</summary>
    private static int Count(ReadOnlySpan<byte> content, int offset, int smallest, string path)
    {
        var count = BinaryPrimitives.ReadUInt32LittleEndian(content[offset..]);
        if (count > (uint)((content.Length - HeadBytes) / smallest))
            throw new StateFileException(path, $"its content cannot hold {count} entries");
        return (int)count;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, uint count, string path)
    {
        if (count > (uint)rest.Length)
            throw new StateFileException(path, "its content ends too early");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private static DataFileInfo[] ReadFiles(ref ReadOnlySpan<byte> rest, int count, string path)
    {
        var files = new DataFileInfo[count];
        for (var i = 0; i < count; i++)
        {
            var at = Take(ref rest, FileBytes, path);
            files[i] = new DataFileInfo(
                BinaryPrimitives.ReadUInt64LittleEndian(at),
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(at[8..])),
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(at[16..])),
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(at[24..])),
                BinaryPrimitives.ReadInt64LittleEndian(at[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(at[40..]),
                BinaryPrimitives.ReadUInt32LittleEndian(at[48..]));
            if (BinaryPrimitives.ReadInt32LittleEndian(at[52..]) != 0)
                throw new StateFileException(path, "what must be zero is not");
        }

        return files;
    }

    private static TermStart[] ReadTerms(ref ReadOnlySpan<byte> rest, int count, string path)
    {
        var terms = new TermStart[count];
        for (var i = 0; i < count; i++)
        {
            var at = Take(ref rest, TermBytes, path);
            terms[i] = new TermStart(
                new Term(BinaryPrimitives.ReadInt64LittleEndian(at)), new Lsn(BinaryPrimitives.ReadInt64LittleEndian(at[8..])));
        }

        return terms;
    }

    private static ControlRecord[] ReadControls(ref ReadOnlySpan<byte> rest, int count, string path)
    {
        var controls = new ControlRecord[count];
        for (var i = 0; i < count; i++)
        {
            var head = Take(ref rest, ControlHeadBytes, path);
            if (head[1] != 0 || head[2] != 0 || head[3] != 0)
                throw new StateFileException(path, "what must be zero is not");
            controls[i] = new ControlRecord(
                (RecordKind)head[0],
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(head[8..])),
                new Term(BinaryPrimitives.ReadInt64LittleEndian(head[16..])),
                BinaryPrimitives.ReadInt64LittleEndian(head[24..]),
                Take(ref rest, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), path).ToArray());
        }

        return controls;
    }

    private static ManifestSection[] ReadSections(ref ReadOnlySpan<byte> rest, int count, string path)
    {
        var sections = new ManifestSection[count];
        for (var i = 0; i < count; i++)
        {
            var head = Take(ref rest, SectionHeadBytes, path);
            var kind = (ManifestSectionKind)BinaryPrimitives.ReadUInt16LittleEndian(head);
            if (!Enum.IsDefined(kind))
                throw new StateFileException(path, $"section kind {(ushort)kind} is of a newer version than this program, which knows version {ShardManifestFile.Version}");
            if (BinaryPrimitives.ReadUInt16LittleEndian(head[2..]) != 0)
                throw new StateFileException(path, "what must be zero is not");
            sections[i] = new ManifestSection(kind, Take(ref rest, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), path).ToArray());
        }

        return sections;
    }

    private static void Check(ShardManifest manifest, string path)
    {
        var merged = manifest.MergedThrough;
        if (merged.Value < 0 || manifest.RegardedCommit < merged)
            throw new StateFileException(path, $"it says merged through {merged}, committed through {manifest.RegardedCommit}");
        var end = Lsn.None;
        foreach (var file in manifest.Files)
        {
            if (file.First <= end || file.Last < file.First || file.Last > merged || file.CleanThrough.Value < 0 || file.CleanThrough > manifest.RegardedCommit
                || file.Bytes <= 0 || file.Entries < 0)
                throw new StateFileException(path, $"{file.Name} is out of place");
            end = file.Last;
        }

        var last = default(TermStart);
        foreach (var start in manifest.Terms)
        {
            if (start.Term <= last.Term || start.First.Value < (last.Term.IsNone ? 0 : last.First.Value + 1) || start.First > merged)
                throw new StateFileException(path, $"term {start.Term} is out of place");
            last = start;
        }

        if (last.Term != manifest.LastTerm)
            throw new StateFileException(path, $"its timeline ends with term {last.Term}, not with {manifest.LastTerm}");
        var kinds = 0;
        foreach (var control in manifest.Controls)
        {
            var bit = control.Kind switch
            {
                RecordKind.Configuration => 1,
                RecordKind.Topology => 2,
                _ => throw new StateFileException(path, $"it holds a record of kind {(byte)control.Kind}"),
            };
            if ((kinds & bit) != 0 || control.Lsn.Value < 1 || control.Lsn > merged || control.Term.Value < 1 || control.Term > manifest.LastTerm)
                throw new StateFileException(path, $"its record of kind {(byte)control.Kind} is out of place");
            kinds |= bit;
        }
    }
}
