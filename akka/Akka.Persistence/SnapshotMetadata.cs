using System;
using System.Collections.Generic;

namespace Akka.Persistence;

/// <summary>What identifies a snapshot. The time is UTC; DateTime.MinValue stands for any.</summary>
public sealed class SnapshotMetadata : IEquatable<SnapshotMetadata>
{
    public SnapshotMetadata(string persistenceId, long sequenceNr) : this(persistenceId, sequenceNr, DateTime.MinValue)
    {
    }

    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>By persistence id, sequence number, time.</summary>
    public static IComparer<SnapshotMetadata> Comparer { get; } = Comparer<SnapshotMetadata>.Create(Compare);

    public string PersistenceId { get; }

    public long SequenceNr { get; }

    public DateTime Timestamp { get; }

    public bool Equals(SnapshotMetadata other) =>
        other is not null && PersistenceId == other.PersistenceId && SequenceNr == other.SequenceNr && Timestamp == other.Timestamp;

    public override bool Equals(object obj) => Equals(obj as SnapshotMetadata);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, Timestamp);

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
