namespace Cluster.Actors.Shards;

/// <summary>
/// The registry of a shard's replicas as one of them sees it, a few times per second. Only the leader knows all of it (<see cref="Leads"/>); the others
/// know what each replica says of itself once per second. While the shard is parked it stands still, for nothing changes.
/// </summary>
/// <param name="Leads">Of the leader: complete. False: hearsay.</param>
/// <param name="HeadLsn">Newest record of this replica's log.</param>
/// <param name="CommitLsn">Newest committed record that is visible here.</param>
/// <param name="SafeReplayLsn">Lowest applied LSN over all replicas: every one of them shows what lies up to here. 0 while one has never been heard.</param>
/// <param name="CommitHolder">The voter whose sync the commit LSN waits for; null if nothing waits, or this replica does not lead.</param>
/// <param name="At">Monotonic µs.</param>
public sealed record ShardReport(bool Leads, long HeadLsn, long CommitLsn, long SafeReplayLsn, Guid? CommitHolder, long At, ReplicaReport[] Replicas)
{
    public static readonly ShardReport None = new(Leads: false, 0, 0, 0, null, 0, []);
}

/// <summary>One replica in the registry.</summary>
/// <param name="Incarnation">In the shard's configuration.</param>
/// <param name="SentLsn">Newest record sent to it by this leader; 0 otherwise.</param>
/// <param name="LagRecords">Records that the leader has and it has not applied.</param>
/// <param name="LagMicros">For how long there has been such a record, as the leader has seen; -1: not known here.</param>
/// <param name="HeardMicrosAgo">Since it last told anything; -1: never.</param>
/// <param name="ApplyErrors">Answers with records that it had to refuse, since its start.</param>
/// <param name="Divergences">How often its history was found to have parted from a leader's, since its start.</param>
public sealed record ReplicaReport(
    Guid Node,
    ShardRole Role,
    ShardState State,
    long Incarnation,
    long AppliedLsn,
    long DurableLsn,
    long SentLsn,
    long LagRecords,
    long LagMicros,
    long HeardMicrosAgo,
    long ApplyErrors,
    long Divergences);
