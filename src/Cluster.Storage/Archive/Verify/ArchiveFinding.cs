namespace Cluster.Storage.Archive.Verify;

public enum ArchiveFindingKind
{
    /// <summary>A side object names a file that is not there.</summary>
    Missing,

    /// <summary>A file's bytes are not those that its side object tells of.</summary>
    Changed,

    /// <summary>A side object, a lease or the cluster's object cannot be read.</summary>
    Unreadable,

    /// <summary>A side object lies where it does not say it lies, or tells of another cluster.</summary>
    Misplaced,

    /// <summary>A file that no side object tells of: an upload that is under way or was interrupted, or its side object is missing.</summary>
    WithoutSide,

    /// <summary>A name that is none of an archive's.</summary>
    Foreign,

    /// <summary>What a file holds is not what its side object says, although its hash is right.</summary>
    Contradicted,

    /// <summary>Records are missing, and nobody said so on purpose.</summary>
    Hole,

    /// <summary>Records are missing; a gap was recorded for them when it happened.</summary>
    RecordedGap,

    /// <summary>Two objects tell different things of one record.</summary>
    Fork,

    /// <summary>No start leads to it, so no restore can use it.</summary>
    Unreached,

    /// <summary>A shard has nothing to start from.</summary>
    NoStart,

    /// <summary>Nobody says how far the archive goes, or which shards there are: a missing end could not be seen.</summary>
    Unconfirmed,
}

/// <summary>Something about an archive that its operator must hear.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">The object below the root, or the shard's folder.</param>
/// <param name="Text">Whole sentence, for people.</param>
public sealed record ArchiveFinding(ArchiveFindingKind Kind, string Name, string Text)
{
    /// <summary>
    /// Not by itself a loss: what it tells of is not needed, was said on purpose, or is on its way. If it is a loss there is another finding that names it.
    /// </summary>
    public bool IsNotice => Kind is ArchiveFindingKind.WithoutSide or ArchiveFindingKind.RecordedGap or ArchiveFindingKind.Unreached or ArchiveFindingKind.Foreign;

    public override string ToString() => $"{Kind} {Name}: {Text}";
}
