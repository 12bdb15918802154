using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// What the replicas of one shard say to each other. Plain data: record bytes travel beside a PullAnswer and are never seen here.
// The sender's node is known from the link. All of them may be lost, repeated and reordered at will.
// Fields are append-only on the wire. `Term` is always the sender's current term, durable there before the message leaves (R1).

/// <summary>
/// A replica asks its leader for records (R4). It is also its sign of life and an acknowledgement. One is outstanding at a time.
/// </summary>
public record struct Pull
{
    /// <summary>
    /// The answer repeats it. The upper 32 bits tell the runs of a replica apart, the lower grow with every pull of a run.
    /// </summary>
    public long Number { get; set; }

    public Term Term { get; set; }

    /// <summary>See <see cref="ReplicaState.Incarnation"/>: not above 0 from a replica that asks for one.</summary>
    public long Incarnation { get; set; }

    /// <summary>The end of the replica's log: it wants what follows.</summary>
    public Lsn After { get; set; }

    /// <summary>Term of the record at <see cref="After"/>; none at LSN none.</summary>
    public Term AfterTerm { get; set; }

    public int MaxBytes { get; set; }

    /// <summary>How long the leader may keep the pull while it has nothing to answer.</summary>
    public long WaitMicros { get; set; }

    /// <summary>Visible to reads at the replica (its commit LSN).</summary>
    public Lsn Applied { get; set; }

    public Lsn Durable { get; set; }

    public Term DurableTerm { get; set; }

    /// <summary>Highest <see cref="PullAnswer.SentAt"/> or <see cref="LeaderNotice.SentAt"/> heard from this leader in this term; 0: none.</summary>
    public long Echo { get; set; }

    /// <summary>Bytes that the replica already holds of the record after <see cref="After"/>: it wants the rest. 0: none.</summary>
    public int PartOffset { get; set; }

    /// <summary>Term of that record, which together with its LSN identifies it.</summary>
    public Term PartTerm { get; set; }
}

/// <summary>Values travel between nodes: append only.</summary>
public enum PullOutcome : byte
{
    /// <summary>Records from After+1 to Last, or none (Last = After): a sign of life, news of the commit LSN, or one part of a large record.</summary>
    Records = 0,

    /// <summary>The leader's log has another record at After, or ends before it: see Timeline.</summary>
    Diverged = 1,

    /// <summary>The leader no longer has the records after After: see Oldest.</summary>
    PositionGone = 2,

    /// <summary>The asked node does not lead (any more). LeaderHint and Term may help.</summary>
    NotLeader = 3,

    /// <summary>The asking replica is not in the leader's newest configuration, or not in this incarnation.</summary>
    NotRegistered = 4,
}

/// <summary>The answer to one pull.</summary>
public record struct PullAnswer
{
    /// <summary>Of the pull that this answers.</summary>
    public long Number { get; set; }

    public Term Term { get; set; }

    public PullOutcome Outcome { get; set; }

    /// <summary>As in the pull.</summary>
    public Lsn After { get; set; }

    /// <summary>The last whole record whose bytes came along.</summary>
    public Lsn Last { get; set; }

    /// <summary>
    /// Where terms begin among the records After+1..Last: empty as long as they all have the term of the record at After.
    /// </summary>
    public TermStart[]? TermStarts { get; set; }

    /// <summary>The leader's commit LSN; may lie beyond Last.</summary>
    public Lsn Commit { get; set; }

    /// <summary>The leader's oldest record.</summary>
    public Lsn Oldest { get; set; }

    /// <summary>Unique and growing per leader and term; the replica returns it in `Echo`. 0 if the sender does not lead.</summary>
    public long SentAt { get; set; }

    /// <summary>
    /// A record larger than an answer goes in parts, each pulled on its own. If PartTotal is not 0 the bytes are those from PartOffset
    /// of the record After+1, whose size is PartTotal. Last is After, or After+1 with the part that completes it.
    /// </summary>
    public int PartOffset { get; set; }

    public int PartLength { get; set; }

    public int PartTotal { get; set; }

    public Term PartTerm { get; set; }

    /// <summary>For Diverged: the leader's timeline, newest <see cref="ReplicaSettings.TimelineEntriesMax"/> entries that begin at or before After, in order.</summary>
    public TermStart[]? Timeline { get; set; }

    /// <summary>For Diverged: the end of the leader's log.</summary>
    public Lsn Head { get; set; }

    public Guid? LeaderHint { get; set; }

    /// <summary>
    /// For NotRegistered: the incarnation that a committed configuration has given to the asking node's replica, higher than the one it
    /// pulled with; 0: none.
    /// </summary>
    public long Incarnation { get; set; }

    /// <summary>Rolling digest of the leader's log after the record at DigestLsn, where it knows one; DigestLsn none: not given.</summary>
    public Lsn DigestLsn { get; set; }

    public ulong Digest { get; set; }
}

/// <summary>A replica has made records durable. Monotonic per term and incarnation; the highest counts.</summary>
public record struct Ack
{
    public Term Term { get; set; }

    public long Incarnation { get; set; }

    public Lsn Durable { get; set; }

    /// <summary>Term of the record at Durable: it counts only if the leader has the same there.</summary>
    public Term DurableTerm { get; set; }

    public Lsn Applied { get; set; }

    public long Echo { get; set; }
}

/// <summary>Asks for a vote, or whether there would be one.</summary>
public record struct VoteRequest
{
    /// <summary>A question only: nobody changes its state for it, and Term has not grown yet.</summary>
    public bool PreVote { get; set; }

    /// <summary>The sender's current term. In a pre-vote the election would be for the next.</summary>
    public Term Term { get; set; }

    public long Incarnation { get; set; }

    public Lsn LastLsn { get; set; }

    public Term LastTerm { get; set; }

    /// <summary>Tells the rounds of one candidate apart; the reply repeats it.</summary>
    public long Round { get; set; }

    /// <summary>Not none: the leader of this term handed over to the sender; honoured without stickiness while the voter is still in it (R2).</summary>
    public Term TransferFrom { get; set; }
}

public record struct VoteReply
{
    public bool PreVote { get; set; }

    public Term Term { get; set; }

    public long Incarnation { get; set; }

    public long Round { get; set; }

    public bool Granted { get; set; }

    /// <summary>The sender may have lost acknowledged records and neither votes nor counts before it is given a new incarnation (S3).</summary>
    public bool Doubtful { get; set; }
}

/// <summary>
/// The leader of Term hands over to the receiver, which is to campaign at once (R2). Whoever has sent one reads by no lease in Term any more.
/// </summary>
public record struct TimeoutNow
{
    public Term Term { get; set; }
}

/// <summary>
/// A leader to members that are not pulling from it: after its election and then every heartbeat interval; also its good-bye.
/// </summary>
public record struct LeaderNotice
{
    public Term Term { get; set; }

    public long SentAt { get; set; }

    /// <summary>The sender led Term and gives up: nobody needs to wait for it any longer.</summary>
    public bool Resigned { get; set; }
}
