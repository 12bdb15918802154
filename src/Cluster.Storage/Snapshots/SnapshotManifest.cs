using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// What a snapshot consists of and what its files add up to (docs/formats/snapshot.md). Immutable.
/// Invariants: the segments follow each other without a gap and end with <see cref="Last"/>; what lies before them is in the data files that the shard's
/// manifest names, which is among the files if anything was ever merged; the timeline, the configuration and the topology are those
/// as of <see cref="Last"/>.
/// </summary>
public sealed record SnapshotManifest
{
    /// <summary>Random: two snapshots at the same LSN are not the same, for their files may differ.</summary>
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Data shards from 0 on, the meta shard is -1.</summary>
    public required int Shard { get; init; }

    /// <summary>Raised by an operator's unsafe recovery; 0 where there was none.</summary>
    public long RecoveryGeneration { get; init; }

    /// <summary>S: the newest record in it. Committed, and the end of a batch at its source.</summary>
    public required Lsn Last { get; init; }

    /// <summary>Term of that record.</summary>
    public required Term LastTerm { get; init; }

    /// <summary>The shard's rolling digest after that record.</summary>
    public required ulong Digest { get; init; }

    /// <summary>µs since 1970 at its source.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Terms up to <see cref="Last"/> as far back as the source knows them, ascending.</summary>
    public required IReadOnlyList<TermStart> Timeline { get; init; }

    /// <summary>Newest one up to <see cref="Last"/>; null if there is none.</summary>
    public ControlRecord? Configuration { get; init; }

    public ControlRecord? Topology { get; init; }

    /// <summary>In the order of the stream.</summary>
    public required IReadOnlyList<SnapshotFile> Files { get; init; }

    /// <summary>
    /// What the source has to tell beyond the shard's files. An installation does not store it: what a shard must keep lies in its log and in the sections of its
    /// <see cref="State.ShardManifest"/>, which travels as a file.
    /// </summary>
    public IReadOnlyList<SnapshotSection> Sections { get; init; } = [];

    /// <summary>Bytes of all files.</summary>
    public long FileBytes
    {
        get
        {
            long bytes = 0;
            foreach (var file in Files)
                bytes += file.Length;
            return bytes;
        }
    }

    public byte[] Encode() => SnapshotManifestCodec.Encode(this);

    /// <summary>Throws <see cref="SnapshotException"/> (Damaged, Unsupported) naming <paramref name="path"/> and the offset. Allocates no more than a small multiple of the bytes.</summary>
    public static SnapshotManifest Decode(ReadOnlySpan<byte> bytes, string path = SnapshotFolder.ManifestName) => SnapshotManifestCodec.Decode(bytes, path);
}

/// <summary>A part of a snapshot that only its owner can read.</summary>
/// <param name="Id">Given once, in docs/formats/snapshot.md.</param>
/// <param name="Content">As its owner encoded it.</param>
public sealed record SnapshotSection(uint Id, ReadOnlyMemory<byte> Content);
