using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Repair;

/// <summary>What an examination of a shard's folder found. Nothing was changed by it.</summary>
public sealed record LogVerification
{
    public required string Folder { get; init; }

    public required int Shard { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Every batch of these was read and is whole, oldest first, up to the damage.</summary>
    public required IReadOnlyList<VerifiedSegment> Segments { get; init; }

    /// <summary>First record here; none if there are no records.</summary>
    public Lsn First => Segments is [var oldest, ..] && oldest.Last >= oldest.First ? oldest.First : Lsn.None;

    /// <summary>The last record that is whole and continues the ones before.</summary>
    public required Lsn Last { get; init; }

    /// <summary>The highest commit LSN that the whole part of the log, or the state file, knows.</summary>
    public required Lsn Commit { get; init; }

    /// <summary>What the state file says was synced; null if the state file cannot be read.</summary>
    public required Lsn? Synced { get; init; }

    /// <summary>Why the list of the data files cannot be read, or null. A repair cannot bring it back.</summary>
    public required string? ManifestDamage { get; init; }

    /// <summary>Why the state file, or the decision of an interrupted cut, cannot be read; or null.</summary>
    public required string? StateDamage { get; init; }

    /// <summary>The replica may have lost acknowledged records and does not count until it has a new incarnation.</summary>
    public required bool IsDoubtful { get; init; }

    /// <summary>An interrupted cut waits for the next opening.</summary>
    public required bool CutUnfinished { get; init; }

    /// <summary>The first damage, or null. What lies behind it is not judged.</summary>
    public required LogDamage? Damage { get; init; }

    /// <summary>What stands for the beginning of the log; null if nothing was merged, or it cannot be read.</summary>
    public required ShardManifest? Manifest { get; init; }

    /// <summary>Data files that the manifest names and that are whole: every byte was read.</summary>
    public required IReadOnlyList<VerifiedDataFile> DataFiles { get; init; }

    /// <summary>Tails that were cut and saved, temporary files.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }

    /// <summary>The next opening takes it as it is; a torn tail is cut by it.</summary>
    public bool Opens => StateDamage is null && ManifestDamage is null && Damage is null or { IsTornTail: true };
}

/// <summary>One segment file that was read.</summary>
public sealed record VerifiedSegment(SegmentName Name, Lsn First, Lsn Last, long Batches, long Bytes);

/// <summary>Where the log stops being whole, and what lies behind it.</summary>
/// <param name="Path">The damaged file, or the folder if a file is missing.</param>
/// <param name="Offset">In that file, in bytes.</param>
/// <param name="Lsn">The record that belongs there.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Evidence">What proves that the record was durable once; null: it is a torn tail and nothing durable is missing.</param>
/// <param name="LastKnown">The newest record that is known to have existed behind it; below <paramref name="Lsn"/> if none is.</param>
public sealed record LogDamage(string Path, long Offset, Lsn Lsn, string Reason, string? Evidence, Lsn LastKnown)
{
    public bool IsTornTail => Evidence is null;
}
