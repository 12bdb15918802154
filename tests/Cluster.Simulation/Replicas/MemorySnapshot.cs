using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>The value of a key, and when it ends (µs of the hybrid clock; 0: never).</summary>
public readonly record struct MemoryValue(long Value, long ExpiresAt);

/// <summary>All that a shard's committed records up to an LSN have come to. Immutable: shared by those who hold it.</summary>
/// <param name="Lsn">The last of them.</param>
/// <param name="Identity">What makes that the record that it is.</param>
/// <param name="Timestamp">Of that record.</param>
/// <param name="Terms">The timeline through it.</param>
/// <param name="Keys">Those that exist.</param>
/// <param name="Sessions">The table of client sessions, encoded.</param>
/// <param name="Configuration">The newest at or below it; null: the one that the shard was created with.</param>
public sealed record MemorySnapshot(
    Lsn Lsn, RecordIdentity Identity, long Timestamp, TermTable Terms, Dictionary<int, MemoryValue> Keys, Configuration? Configuration, byte[] Sessions);

/// <summary>It travels in one piece.</summary>
public sealed class MemoryPiece(MemorySnapshot content) : SnapshotPiece
{
    public MemorySnapshot Content { get; } = content;
}

public sealed class MemoryOffer(MemorySnapshot content) : SnapshotOffer
{
    public override Lsn Last => content.Lsn;

    public override bool TryComplete() => true;

    public override bool Has(in SnapshotPlace place) => place.Snapshot == default;

    public override SnapshotPiece? Read(in SnapshotPlace place) => new MemoryPiece(content);

    public override void Dispose()
    {
    }
}
