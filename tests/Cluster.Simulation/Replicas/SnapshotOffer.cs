using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using StreamPosition = Cluster.Storage.Snapshots.SnapshotPosition;

namespace Cluster.Simulation.Replicas;

/// <summary>A part of a snapshot on its way; what it is only its store knows.</summary>
public abstract class SnapshotPiece;

/// <summary>Where a receiver stands: the default asks for the beginning of any snapshot.</summary>
public readonly record struct SnapshotPlace(Guid Snapshot, StreamPosition Position);

/// <summary>A snapshot at its source. What it needs is held until it is disposed.</summary>
public abstract class SnapshotOffer : IDisposable
{
    /// <summary>Finds its end, some time after it was begun. False: nothing durable stands for it now.</summary>
    public abstract bool TryComplete();

    /// <summary>Once it is complete.</summary>
    public abstract Lsn Last { get; }

    /// <summary>The place belongs to this snapshot.</summary>
    public abstract bool Has(in SnapshotPlace place);

    /// <summary>The piece there; null at the end.</summary>
    public abstract SnapshotPiece? Read(in SnapshotPlace place);

    public abstract void Dispose();
}

/// <summary>A snapshot that has arrived whole: what the core has to know of it.</summary>
/// <param name="Configuration">The newest in it; null: the one that the shard was created with.</param>
public sealed record ReceivedSnapshot(Lsn Lsn, TermTable Terms, Configuration? Configuration);
