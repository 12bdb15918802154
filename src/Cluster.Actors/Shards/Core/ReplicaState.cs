using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// What a replica has promised. Survives a crash outside the shard's folder and is no part of a snapshot: a term and a vote once
/// given hold for ever (R1). <see cref="Incarnation"/> is 1 or more for a replica whose acknowledgements hold, as issued by a configuration
/// record (R9); votes and acks of any other never count. 0: a newcomer that was given none yet. -k: what was acknowledged as
/// incarnation k may be lost (a missing folder, weak fsync under another boot id); a leader's configuration has to give it a higher one.
/// </summary>
public readonly record struct ReplicaState(Term Term, Guid? Vote, long Incarnation);
