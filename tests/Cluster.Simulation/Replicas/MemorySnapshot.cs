using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>All that a shard's committed records up to an LSN have come to. Immutable: shared by those who hold it.</summary>
/// <param name="Lsn">The last of them.</param>
/// <param name="Identity">What makes that the record that it is.</param>
/// <param name="Terms">The timeline through it.</param>
/// <param name="Keys">Those that exist.</param>
/// <param name="Sessions">The table of client sessions, encoded.</param>
/// <param name="Configuration">The newest at or below it; null: the one that the shard was created with.</param>
public sealed record MemorySnapshot(Lsn Lsn, RecordIdentity Identity, TermTable Terms, Dictionary<int, long> Keys, Configuration? Configuration, byte[] Sessions);
