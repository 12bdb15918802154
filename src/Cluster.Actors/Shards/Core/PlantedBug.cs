namespace Cluster.Actors.Shards.Core;

/// <summary>
/// Errors that tests switch on to prove that the simulator would find them. Those marked (owner) lie outside the core: whoever plays the
/// owner's part in a test has to make them.
/// </summary>
internal enum PlantedBug : byte
{
    None = 0,

    /// <summary>A replica acknowledges what it has appended, not what it has flushed.</summary>
    AckBeforeSync = 1,

    /// <summary>A vote compares last LSNs and ignores last terms.</summary>
    VoteByLsnAlone = 2,

    /// <summary>(owner) The reply of a conditional write that wrote nothing does not wait for what it looked at.</summary>
    FailedConditionNotHeld = 3,

    /// <summary>A vote goes to whoever has what this replica knows to be committed.</summary>
    VoteByWatermark = 4,

    /// <summary>A restarted replica knows its term but not whom it voted for.</summary>
    VoteForgottenAtRestart = 5,

    /// <summary>A vote is told before it is durable.</summary>
    UnpersistedVote = 6,

    /// <summary>A leader commits inherited records by counting copies, before a record of its own term is on a majority (figure 8).</summary>
    CountOlderTerm = 7,

    /// <summary>ack-n counts the other voters and forgets the leader's own disk.</summary>
    AckNWithoutOwnFlush = 8,

    /// <summary>A lease counts from when the echo arrived, not from when what it returns was sent.</summary>
    LeaseFromReceiveTime = 9,

    /// <summary>A leader reads by its lease after it has told another to campaign.</summary>
    LeaseKeptAfterTimeoutNow = 10,

    /// <summary>An answer is used although it answers another pull, or the log no longer ends where its pull said.</summary>
    LateAnswerApplied = 11,

    /// <summary>A snapshot is installed although this replica has committed more than it holds.</summary>
    StaleSnapshotInstalled = 12,

    /// <summary>A leader changes the configuration before a record of its own term is committed (the single-server bug of 2015).</summary>
    ConfigurationBeforeNoOp = 13,

    /// <summary>(owner) A snapshot leaves the session table out.</summary>
    SessionsMissingFromSnapshot = 14,

    /// <summary>(owner) A write that was appended is answered, at a loss of leadership, with an error that clients retry.</summary>
    RetryableErrorForAppended = 15,

    /// <summary>One peer's clock far ahead carries the hybrid clock of all others off.</summary>
    ClockFollowsOnePeer = 16,

    /// <summary>(owner) Term and vote lie in the folder that a snapshot replaces.</summary>
    VoteInsideSwappedFolder = 17,
}
