namespace Cluster.Storage.Archive.Layout;

/// <summary>How a content is stored; the name's suffixes say the same. Compressed first, then encrypted.</summary>
[Flags]
public enum ArchiveEncoding
{
    Plain = 0,
    Lz4 = 1,
    Age = 2,
}

/// <summary>Values are in the format.</summary>
public enum ArchiveObjectKind
{
    /// <summary>A sealed segment file as it was on the disk of its uploader.</summary>
    Segment,

    /// <summary>The newest records of several shards, for each a file in segment format, one behind the other.</summary>
    Tail,

    /// <summary>A shard up to a record: a snapshot stream, cut into parts.</summary>
    Snapshot,

    /// <summary>Records that were never archived, said on purpose.</summary>
    Gap,
}

/// <summary>
/// What a side object says (docs/formats/archive.md): which records an object holds, between which digests, and the hashes of what is stored. Written once, after the
/// content; an object without it is not part of the archive.
///
/// Invariants:
/// A1. <see cref="Name"/> is where it lies: a copy under another name is not believed.
/// A2. Every range is committed records of one shard, first to last, and its marks are digests of exactly these records in the order of their LSNs.
/// A3. A segment has one range, a tail at least one and no shard twice, a snapshot one whose only mark is its end, a gap one without marks.
/// </summary>
public sealed record ArchiveObject
{
    public required ArchiveObjectKind Kind { get; init; }

    /// <summary>Below the archive's root, without the suffix of the side object.</summary>
    public required string Name { get; init; }

    public required Guid ClusterId { get; init; }

    public required long Generation { get; init; }

    /// <summary>Who uploaded it, for people.</summary>
    public required Guid Node { get; init; }

    /// <summary>µs since 1970, for people.</summary>
    public required long CreatedAt { get; init; }

    public ArchiveEncoding Encoding { get; init; }

    /// <summary>Decoded; of all files together.</summary>
    public long PlainBytes { get; init; }

    /// <summary>What is stored: one file, or the parts of a snapshot in their order, none for a gap.</summary>
    public IReadOnlyList<ArchiveFile> Files { get; init; } = [];

    public required IReadOnlyList<ArchiveRange> Ranges { get; init; }

    /// <summary>Why there is a gap.</summary>
    public string? Reason { get; init; }

    public long StoredBytes
    {
        get
        {
            long bytes = 0;
            foreach (var file in Files)
                bytes += file.Bytes;
            return bytes;
        }
    }

    /// <summary>A gap stands for itself; the others have theirs beside them.</summary>
    public string SideName => Kind == ArchiveObjectKind.Gap ? Name : Name + ArchiveNames.SideSuffix;
}

/// <param name="Name">Below the archive's root.</param>
/// <param name="Bytes">As stored.</param>
/// <param name="Sha256">As stored, 64 lower hexadecimal digits.</param>
public sealed record ArchiveFile(string Name, long Bytes, string Sha256);

/// <summary>The shard's rolling digest after a record; before the first record of all it is (0, 0).</summary>
public readonly record struct ArchiveMark(Lsn Lsn, ulong Digest);

/// <summary>Records of one shard in an object.</summary>
public sealed record ArchiveRange
{
    public required int Shard { get; init; }

    public required Lsn First { get; init; }

    public required Lsn Last { get; init; }

    /// <summary>Ascending. The first is before <see cref="First"/>, the last at <see cref="Last"/>; between them at least those of <see cref="ArchiveMarks"/>.</summary>
    public required IReadOnlyList<ArchiveMark> Marks { get; init; }

    /// <summary>Of the record before the first; 0 if there is none.</summary>
    public Term TermBefore { get; init; }

    /// <summary>Terms of the records: the first entry begins at <see cref="First"/>. Of a snapshot the timeline as far back as it is known.</summary>
    public required IReadOnlyList<TermStart> Terms { get; init; }

    /// <summary>Of the first record, µs.</summary>
    public long FirstTime { get; init; }

    /// <summary>Of the last record, µs.</summary>
    public long LastTime { get; init; }

    /// <summary>Where they begin in the decoded content.</summary>
    public long Offset { get; init; }

    /// <summary>In the decoded content.</summary>
    public long Bytes { get; init; }
}
