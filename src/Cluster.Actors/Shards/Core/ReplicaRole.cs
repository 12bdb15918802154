namespace Cluster.Actors.Shards.Core;

/// <summary>What a replica is at the moment. Only <see cref="Leader"/> may append; a learner never campaigns.</summary>
public enum ReplicaRole : byte
{
    Follower = 0,

    /// <summary>Asks whether it would be elected; its term has not grown.</summary>
    PreCandidate = 1,

    /// <summary>Has voted for itself in its term.</summary>
    Candidate = 2,

    Leader = 3,

    /// <summary>Not among the voters of the newest configuration it knows.</summary>
    Learner = 4,
}
