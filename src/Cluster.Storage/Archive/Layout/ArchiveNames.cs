using System.Globalization;
using Cluster.Storage.Log;

namespace Cluster.Storage.Archive.Layout;

/// <summary>What an object's name says it is.</summary>
public enum ArchiveNameKind
{
    /// <summary>None of ours.</summary>
    Unknown,

    /// <summary>A segment, a tail, or a part of a snapshot.</summary>
    Data,

    /// <summary>Describes a segment, a tail or a snapshot.</summary>
    Side,

    Gap,

    Lease,

    /// <summary>Of the cluster: shards, hash slots, settings.</summary>
    Info,
}

/// <summary>
/// Names below the root <c>{prefix}/{cluster id}/{recovery generation}/</c> (docs/formats/archive.md). One folder per shard and term: two leaders never write
/// the same name, so a deposed one cannot overwrite. All lower case.
/// </summary>
public static class ArchiveNames
{
    public const string SideSuffix = ".side";
    public const string GapSuffix = ".gap";
    public const string LeaseSuffix = ".lease";
    public const string InfoSuffix = ".info";
    public const string Lz4Suffix = ".lz4";
    public const string AgeSuffix = ".age";

    private const string SegmentSuffix = ".seg";
    private const string TailSuffix = ".tail";
    private const string SnapshotSuffix = ".snap";

    /// <summary>With a slash at its end.</summary>
    public static string Root(string prefix, Guid cluster, long generation) =>
        Invariant($"{(prefix.Length == 0 ? "" : prefix.TrimEnd('/') + "/")}{cluster:N}/{generation:x16}/");

    public static string Shard(int shard) => shard < 0 ? "shard-meta" : Invariant($"shard-{shard}");

    public static string Segment(int shard, Term term, Lsn first, Lsn last, ArchiveEncoding encoding) =>
        Invariant($"{Shard(shard)}/{term.Value:x16}/{new SegmentName(first, last)}{Suffix(encoding)}");

    public static string Tail(Guid node, long sequence, ArchiveEncoding encoding) =>
        Invariant($"tails/{node:N}/{sequence:x16}{TailSuffix}{Suffix(encoding)}");

    /// <summary>Of the snapshot as a whole; its side object has this name with the suffix, its parts lie below.</summary>
    public static string Snapshot(int shard, Lsn last, Guid id) => Invariant($"{Shard(shard)}/snapshots/{last.Value:x16}-{id:N}");

    public static string SnapshotPart(string snapshot, int part, ArchiveEncoding encoding) =>
        Invariant($"{snapshot}/{part:x8}{SnapshotSuffix}{Suffix(encoding)}");

    public static string Gap(int shard, Lsn first, Lsn last) => Invariant($"{Shard(shard)}/gaps/{first.Value:x16}-{last.Value:x16}{GapSuffix}");

    public static string Lease(Guid node) => Invariant($"leases/{node:N}{LeaseSuffix}");

    public static string Info(long sequence) => Invariant($"cluster-{sequence:x16}{InfoSuffix}");

    public static ArchiveNameKind KindOf(ReadOnlySpan<char> name)
    {
        if (name.EndsWith(SideSuffix, StringComparison.Ordinal))
            return ArchiveNameKind.Side;
        if (name.EndsWith(GapSuffix, StringComparison.Ordinal))
            return ArchiveNameKind.Gap;
        if (name.EndsWith(LeaseSuffix, StringComparison.Ordinal))
            return ArchiveNameKind.Lease;
        if (name.EndsWith(InfoSuffix, StringComparison.Ordinal))
            return ArchiveNameKind.Info;
        if (name.EndsWith(AgeSuffix, StringComparison.Ordinal))
            name = name[..^AgeSuffix.Length];
        if (name.EndsWith(Lz4Suffix, StringComparison.Ordinal))
            name = name[..^Lz4Suffix.Length];
        return name.EndsWith(SegmentSuffix, StringComparison.Ordinal) || name.EndsWith(TailSuffix, StringComparison.Ordinal) || name.EndsWith(SnapshotSuffix, StringComparison.Ordinal)
            ? ArchiveNameKind.Data
            : ArchiveNameKind.Unknown;
    }

    private static string Suffix(ArchiveEncoding encoding) =>
        (encoding.HasFlag(ArchiveEncoding.Lz4) ? Lz4Suffix : "") + (encoding.HasFlag(ArchiveEncoding.Age) ? AgeSuffix : "");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
