using System;

namespace Akka.Persistence;

/// <summary>Which snapshots are meant; all bounds are inclusive.</summary>
public sealed class SnapshotSelectionCriteria : IEquatable<SnapshotSelectionCriteria>
{
    /// <summary>All snapshots within the bounds.</summary>
    public SnapshotSelectionCriteria(long maxSequenceNr) : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    /// <summary>All snapshots within the bounds.</summary>
    public SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0, DateTime? minTimestamp = null)
    {
        MaxSequenceNr = maxSequenceNr;
        MaxTimeStamp = maxTimeStamp;
        MinSequenceNr = minSequenceNr;
        MinTimestamp = minTimestamp ?? DateTime.MinValue;
    }

    /// <summary>The newest one.</summary>
    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue);

    /// <summary>No snapshot at all.</summary>
    public static SnapshotSelectionCriteria None { get; } = new(0L, DateTime.MinValue);

    /// <summary>The highest number.</summary>
    public long MaxSequenceNr { get; }

    /// <summary>The latest time, UTC.</summary>
    public DateTime MaxTimeStamp { get; }

    /// <summary>The lowest number.</summary>
    public long MinSequenceNr { get; }

    /// <summary>The earliest time, UTC.</summary>
    public DateTime? MinTimestamp { get; }

    /// <inheritdoc/>
    public bool Equals(SnapshotSelectionCriteria other) =>
        other is not null && MaxSequenceNr == other.MaxSequenceNr && MaxTimeStamp == other.MaxTimeStamp
        && MinSequenceNr == other.MinSequenceNr && MinTimestamp == other.MinTimestamp;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as SnapshotSelectionCriteria);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp);

    /// <inheritdoc/>
    public override string ToString() =>
        $"SnapshotSelectionCriteria<maxSequenceNr: {MaxSequenceNr}, maxTimestamp: {MaxTimeStamp:O}, minSequenceNr: {MinSequenceNr}, minTimestamp: {MinTimestamp:O}>";

    /// <summary>The same, but nothing above the sequence number.</summary>
    internal SnapshotSelectionCriteria Limit(long toSequenceNr) =>
        toSequenceNr < MaxSequenceNr ? new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp) : this;

    internal bool IsMatch(long sequenceNr, DateTime timestamp) =>
        sequenceNr <= MaxSequenceNr && timestamp <= MaxTimeStamp && sequenceNr >= MinSequenceNr && timestamp >= MinTimestamp;
}
