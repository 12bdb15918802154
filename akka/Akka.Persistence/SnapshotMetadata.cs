using System;
using System.Collections.Generic;

namespace Akka.Persistence;

/// <summary>What identifies a snapshot. The time is UTC; DateTime.MinValue stands for any.</summary>
public sealed class SnapshotMetadata : IEquatable<SnapshotMetadata>
{
    /// <summary>Identifies a snapshot.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr) : this(persistenceId, sequenceNr, DateTime.MinValue)
    {
    }

    /// <summary>Identifies a snapshot.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>By persistence id, sequence number, time.</summary>
    public static IComparer<SnapshotMetadata> Comparer { get; } = Comparer<SnapshotMetadata>.Create(Compare);

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>The number of the last event that it covers.</summary>
    public long SequenceNr { get; }

    /// <summary>When it was saved, UTC.</summary>
    public DateTime Timestamp { get; }

    /// <inheritdoc/>
    public bool Equals(SnapshotMetadata other) =>
        other is not null && PersistenceId == other.PersistenceId && SequenceNr == other.SequenceNr && Timestamp == other.Timestamp;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as SnapshotMetadata);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, Timestamp);

    /// <inheritdoc/>
    public override string ToString() => $"SnapshotMetadata<persistenceId: {PersistenceId}, sequenceNr: {SequenceNr}, timestamp: {Timestamp:O}>";

    private static int Compare(SnapshotMetadata left, SnapshotMetadata right)
    {
        if (ReferenceEquals(left, right)) return 0;
        if (left is null) return -1;
        if (right is null) return 1;
        int byId = string.CompareOrdinal(left.PersistenceId, right.PersistenceId);
        if (byId != 0) return byId;
        int byNumber = left.SequenceNr.CompareTo(right.SequenceNr);
        return byNumber != 0 ? byNumber : left.Timestamp.CompareTo(right.Timestamp);
    }
}
