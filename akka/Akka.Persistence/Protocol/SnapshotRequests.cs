using System;

namespace Akka.Persistence;

/// <summary>Asks for the newest snapshot that meets the criteria and is not above the sequence number.</summary>
public sealed class LoadSnapshot : ISnapshotRequest, IEquatable<LoadSnapshot>
{
    /// <summary>A request to a snapshot store.</summary>
    public LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
        ToSequenceNr = toSequenceNr;
    }

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>Which snapshots are meant.</summary>
    public SnapshotSelectionCriteria Criteria { get; }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(LoadSnapshot other) => other is not null && PersistenceId == other.PersistenceId && Equals(Criteria, other.Criteria) && ToSequenceNr == other.ToSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as LoadSnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria, ToSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"LoadSnapshot<persistenceId: {PersistenceId}, criteria: {Criteria}, toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Asks for a snapshot to be stored.</summary>
public sealed class SaveSnapshot : ISnapshotRequest, IEquatable<SaveSnapshot>
{
    /// <summary>A request to a snapshot store.</summary>
    public SaveSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Metadata = metadata;
        Snapshot = snapshot;
    }

    /// <summary>Which snapshot it is.</summary>
    public SnapshotMetadata Metadata { get; }

    /// <summary>The snapshot itself.</summary>
    public object Snapshot { get; }

    /// <inheritdoc/>
    public bool Equals(SaveSnapshot other) => other is not null && Equals(Metadata, other.Metadata) && Equals(Snapshot, other.Snapshot);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as SaveSnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Metadata, Snapshot);

    /// <inheritdoc/>
    public override string ToString() => $"SaveSnapshot<metadata: {Metadata}, snapshot: {Snapshot}>";
}

/// <summary>Asks for one snapshot to be deleted.</summary>
public sealed class DeleteSnapshot : ISnapshotRequest, IEquatable<DeleteSnapshot>
{
    /// <summary>A request to a snapshot store.</summary>
    public DeleteSnapshot(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Metadata = metadata;
    }

    /// <summary>Which snapshot it is.</summary>
    public SnapshotMetadata Metadata { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteSnapshot other) => other is not null && Equals(Metadata, other.Metadata);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeleteSnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Metadata);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteSnapshot<metadata: {Metadata}>";
}

/// <summary>Asks for all snapshots that meet the criteria to be deleted.</summary>
public sealed class DeleteSnapshots : ISnapshotRequest, IEquatable<DeleteSnapshots>
{
    /// <summary>A request to a snapshot store.</summary>
    public DeleteSnapshots(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
    }

    /// <summary>Of the actor whose history it is.</summary>
    public string PersistenceId { get; }

    /// <summary>Which snapshots are meant.</summary>
    public SnapshotSelectionCriteria Criteria { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteSnapshots other) => other is not null && PersistenceId == other.PersistenceId && Equals(Criteria, other.Criteria);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeleteSnapshots);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteSnapshots<persistenceId: {PersistenceId}, criteria: {Criteria}>";
}
