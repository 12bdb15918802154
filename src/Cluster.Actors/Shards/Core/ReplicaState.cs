using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// What a replica has promised. Survives a crash outside the shard's folder and is no part of a snapshot: a term and a vote once
/// given hold for ever (R1). <see cref="Incarnation"/> changes when the replica returns without its data; votes and acks of an older
/// incarnation never count.
/// </summary>
public readonly record struct ReplicaState(Term Term, Guid? Vote, long Incarnation);
