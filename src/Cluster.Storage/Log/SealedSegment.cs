namespace Cluster.Storage.Log;

/// <summary>A sealed, synced segment that an opening is about to read.</summary>
public readonly record struct SealedSegment(SegmentName Name, SegmentHeader Header, int Number, long FileBytes);

/// <summary>What reading a segment would have told, known from elsewhere. Everything in the segment is committed.</summary>
public sealed record SegmentSummary
{
    public required ulong DigestAfter { get; init; }

    public required Term LastTerm { get; init; }

    /// <summary>Newest timestamp in the segment.</summary>
    public required long LastTimestamp { get; init; }

    /// <summary>Terms that begin in the segment, ascending.</summary>
    public required IReadOnlyList<TermStart> Terms { get; init; }

    /// <summary>Some batch starts, ascending.</summary>
    public required IReadOnlyList<BatchPlace> Batches { get; init; }
}

/// <summary>Where a batch begins in its segment, its first LSN and the rolling digest before it.</summary>
public readonly record struct BatchPlace(Lsn First, long Offset, ulong DigestBefore);
