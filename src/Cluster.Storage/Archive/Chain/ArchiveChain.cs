using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Chain;

/// <summary>A part of an object's records that a chain uses.</summary>
/// <param name="Object">Where they lie.</param>
/// <param name="Range">The object's records of the shard.</param>
/// <param name="After">The chain has the records up to here already: the object's are used from the next on.</param>
/// <param name="Through">The last that is used. The next step goes on from here; it is a mark of both.</param>
/// <param name="DigestAfter">At <paramref name="Through"/>.</param>
public sealed record ChainStep(ArchiveObject Object, ArchiveRange Range, Lsn After, Lsn Through, ulong DigestAfter);

/// <summary>
/// From a start, a snapshot or the birth of the shard, record for record to an end. Invariant: each step begins at the record and the digest with
/// which the one before ends, and both objects say so themselves.
/// </summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Start">Null: from the first record of all.</param>
/// <param name="StartMark">Where it begins; (0, 0) without a snapshot.</param>
/// <param name="Steps">In their order; none if nothing follows the snapshot.</param>
public sealed record ArchiveChain(int Shard, ArchiveObject? Start, ArchiveMark StartMark, IReadOnlyList<ChainStep> Steps)
{
    public Lsn End => Steps.Count == 0 ? StartMark.Lsn : Steps[^1].Through;

    public ulong EndDigest => Steps.Count == 0 ? StartMark.Digest : Steps[^1].DigestAfter;

    /// <summary>The state at the start is that of this moment, µs; without a snapshot the first record's.</summary>
    public long StartTime => Start is not null ? Start.Ranges[0].LastTime : Steps.Count > 0 ? Steps[0].Range.FirstTime : 0;

    /// <summary>Everything up to this moment is in it, µs.</summary>
    public long EndTime => Steps.Count == 0 ? StartTime : Steps[^1].Range.LastTime;
}

/// <summary>Records that are missing although later ones are there, or were. What is there behind them is of no use up to the next snapshot.</summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="First">The first that is missing.</param>
/// <param name="Last">The last that is missing.</param>
/// <param name="Before">The object that ends before it; null if there is none.</param>
/// <param name="Behind">What shows that there is more: the object that begins behind it, null if it is only a head that says so.</param>
/// <param name="Gap">The hole as it was recorded on purpose; null: nobody has said why.</param>
public sealed record ArchiveHole(int Shard, Lsn First, Lsn Last, ArchiveObject? Before, ArchiveObject? Behind, ArchiveObject? Gap);

/// <summary>Two objects that say different things of one record: not the same history.</summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Lsn">The lowest mark at which they differ.</param>
/// <param name="One">Of two that differ there, one.</param>
/// <param name="Other">The other.</param>
public sealed record ArchiveFork(int Shard, Lsn Lsn, ArchiveObject One, ArchiveObject Other);
