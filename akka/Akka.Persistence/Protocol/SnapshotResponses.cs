using System;

namespace Akka.Persistence;

/// <summary>A loaded snapshot, null if there is none.</summary>
public sealed class LoadSnapshotResult : ISnapshotResponse, IEquatable<LoadSnapshotResult>
{
    public LoadSnapshotResult(SelectedSnapshot snapshot, long toSequenceNr)
    {
        Snapshot = snapshot;
        ToSequenceNr = toSequenceNr;
    }

    public SelectedSnapshot Snapshot { get; }

    public long ToSequenceNr { get; }

    public bool Equals(LoadSnapshotResult other) => other is not null && Equals(Snapshot, other.Snapshot) && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object obj) => Equals(obj as LoadSnapshotResult);

    public override int GetHashCode() => HashCode.Combine(Snapshot, ToSequenceNr);

    public override string ToString() => $"LoadSnapshotResult<snapshot: {Snapshot}, toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Loading failed.</summary>
public sealed class LoadSnapshotFailed : ISnapshotResponse
{
    public LoadSnapshotFailed(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public override string ToString() => $"LoadSnapshotFailed<cause: {Cause}>";
}

/// <summary>A snapshot is stored.</summary>
public sealed class SaveSnapshotSuccess : ISnapshotResponse, IEquatable<SaveSnapshotSuccess>
{
    public SaveSnapshotSuccess(SnapshotMetadata metadata)
    {
        Metadata = metadata;
    }

    public SnapshotMetadata Metadata { get; }

    public bool Equals(SaveSnapshotSuccess other) => other is not null && Equals(Metadata, other.Metadata);

    public override bool Equals(object obj) => Equals(obj as SaveSnapshotSuccess);

    public override int GetHashCode() => HashCode.Combine(Metadata);

    public override string ToString() => $"SaveSnapshotSuccess<metadata: {Metadata}>";
}

/// <summary>A snapshot could not be stored.</summary>
public sealed class SaveSnapshotFailure : ISnapshotResponse, IEquatable<SaveSnapshotFailure>
{
    public SaveSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    {
        Metadata = metadata;
        Cause = cause;
    }

    public SnapshotMetadata Metadata { get; }

    public Exception Cause { get; }

    public bool Equals(SaveSnapshotFailure other) => other is not null && Equals(Metadata, other.Metadata) && Equals(Cause, other.Cause);

    public override bool Equals(object obj) => Equals(obj as SaveSnapshotFailure);

    public override int GetHashCode() => HashCode.Combine(Metadata, Cause);

    public override string ToString() => $"SaveSnapshotFailure<metadata: {Metadata}, cause: {Cause}>";
}

/// <summary>A snapshot was deleted.</summary>
public sealed class DeleteSnapshotSuccess : ISnapshotResponse, IEquatable<DeleteSnapshotSuccess>
{
    public DeleteSnapshotSuccess(SnapshotMetadata metadata)
    {
        Metadata = metadata;
    }

    public SnapshotMetadata Metadata { get; }

    public bool Equals(DeleteSnapshotSuccess other) => other is not null && Equals(Metadata, other.Metadata);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshotSuccess);

    public override int GetHashCode() => HashCode.Combine(Metadata);

    public override string ToString() => $"DeleteSnapshotSuccess<metadata: {Metadata}>";
}

/// <summary>A snapshot could not be deleted.</summary>
public sealed class DeleteSnapshotFailure : ISnapshotResponse, IEquatable<DeleteSnapshotFailure>
{
    public DeleteSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    {
        Metadata = metadata;
        Cause = cause;
    }

    public SnapshotMetadata Metadata { get; }

    public Exception Cause { get; }

    public bool Equals(DeleteSnapshotFailure other) => other is not null && Equals(Metadata, other.Metadata) && Equals(Cause, other.Cause);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshotFailure);

    public override int GetHashCode() => HashCode.Combine(Metadata, Cause);

    public override string ToString() => $"DeleteSnapshotFailure<metadata: {Metadata}, cause: {Cause}>";
}

/// <summary>Snapshots were deleted.</summary>
public sealed class DeleteSnapshotsSuccess : ISnapshotResponse, IEquatable<DeleteSnapshotsSuccess>
{
    public DeleteSnapshotsSuccess(SnapshotSelectionCriteria criteria)
    {
        Criteria = criteria;
    }

    public SnapshotSelectionCriteria Criteria { get; }

    public bool Equals(DeleteSnapshotsSuccess other) => other is not null && Equals(Criteria, other.Criteria);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshotsSuccess);

    public override int GetHashCode() => HashCode.Combine(Criteria);

    public override string ToString() => $"DeleteSnapshotsSuccess<criteria: {Criteria}>";
}

/// <summary>Snapshots could not be deleted.</summary>
public sealed class DeleteSnapshotsFailure : ISnapshotResponse, IEquatable<DeleteSnapshotsFailure>
{
    public DeleteSnapshotsFailure(SnapshotSelectionCriteria criteria, Exception cause)
    {
        Criteria = criteria;
        Cause = cause;
    }

    public SnapshotSelectionCriteria Criteria { get; }

    public Exception Cause { get; }

    public bool Equals(DeleteSnapshotsFailure other) => other is not null && Equals(Criteria, other.Criteria) && Equals(Cause, other.Cause);

    public override bool Equals(object obj) => Equals(obj as DeleteSnapshotsFailure);

    public override int GetHashCode() => HashCode.Combine(Criteria, Cause);

    public override string ToString() => $"DeleteSnapshotsFailure<criteria: {Criteria}, cause: {Cause}>";
}
