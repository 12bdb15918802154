namespace Cluster.Storage.State;

/// <summary>What a replica must never forget: its promise to one candidate per term, and which life of this replica it is.</summary>
public readonly record struct ShardReplicaState(Term Term, Guid? VotedFor, long Incarnation);
