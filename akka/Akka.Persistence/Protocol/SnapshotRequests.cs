using System;

namespace Akka.Persistence;

/// <summary>Asks for the newest snapshot that meets the criteria and is not above the sequence number.</summary>
public sealed class LoadSnapshot : ISnapshotRequest, IEquatable<LoadSnapshot>
{
    public LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
        ToSequenceNr = toSequenceNr;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }

    public long ToSequenceNr { get; }

    public bool Equals(LoadSnapshot other) => other is not null && PersistenceId == other.PersistenceId && Equals(Criteria, other.Criteria) && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object obj) => Equals(obj as LoadSnapshot);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria, ToSequenceNr);

    public override string ToString() => $"LoadSnapshot<persistenceId: {PersistenceId}, criteria: {Criteria}, toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Asks for a snapshot to be stored.</summary>
public sealed class SaveSnapshot : ISnapshotRequest, IEquatable<SaveSnapshot>
{
    public SaveSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }

    public bool Equals(SaveSnapshot other) => other is not null && Equals(Metadata, other.Metadata) && Equals(Snapshot, other.Snapshot);

    public override bool Equals(object obj) => Equals(obj as SaveSnapshot);

    public override int GetHashCode() => HashCode.Combine(Metadata, Snapshot);

    public override string ToString() => $"SaveSnapshot<metadata: {Metadata}, snapshot: {Snapshot}>";
}

/// <summary>Asks for one snapshot to be deleted.</summary>
public sealed class DeleteSnapshot : ISnapshotRequest, IEquatable<DeleteSnapshot>
{
    public DeleteSnapshot(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Metadata = metadata;
    }

    public SnapshotMetadata Metadata { get; }

    public bool Equals(DeleteSnapshot other) => other is not null && Equals(Metadata, other.Metadata);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshot);

    public override int GetHashCode() => HashCode.Combine(Metadata);

    public override string ToString() => $"DeleteSnapshot<metadata: {Metadata}>";
}

/// <summary>Asks for all snapshots that meet the criteria to be deleted.</summary>
public sealed class DeleteSnapshots : ISnapshotRequest, IEquatable<DeleteSnapshots>
{
    public DeleteSnapshots(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }

    public bool Equals(DeleteSnapshots other) => other is not null && PersistenceId == other.PersistenceId && Equals(Criteria, other.Criteria);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshots);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria);

    public override string ToString() => $"DeleteSnapshots<persistenceId: {PersistenceId}, criteria: {Criteria}>";
}
