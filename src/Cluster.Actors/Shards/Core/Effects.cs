using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What the owner of a core has to do. The fields named with each kind are set, the others are default.</summary>
public enum EffectKind : byte
{
    None = 0,

    /// <summary>
    /// Make <see cref="Effect.State"/> durable, then call StatePersisted with it. Saves of one shard must become durable in the order of
    /// these effects, or a later one may stand for the earlier. The core itself holds back all that depends on it (R1).
    /// </summary>
    PersistState,

    /// <summary>
    /// Cut the log after <see cref="Effect.Lsn"/> (S9), then call CutDone. Until then the core sends no ack and asks for no records;
    /// Flushed notices from before the cut must be delivered before CutDone or dropped.
    /// </summary>
    CutAfter,

    /// <summary>
    /// Append the no-op of <see cref="Effect.Term"/> and call NoOpAppended with its LSN, at once, before any other input. Clients
    /// may be appended behind it (after the RoleChanged that follows).
    /// </summary>
    AppendNoOp,

    /// <summary>
    /// Append a record with <see cref="Effect.Configuration"/> (<see cref="ConfigurationCodec"/>) and call ConfigurationAppended with it at that
    /// record's LSN and then LeaderAppended, at once, before any other input; or ConfigurationRefused if it cannot be appended now. To be
    /// dropped if the core no longer leads (IsLeading) in <see cref="Effect.Term"/> when this is taken.
    /// </summary>
    AppendConfiguration,

    /// <summary>
    /// Append the records that came with <see cref="Effect.PullAnswer"/> (with its last part: the assembled record) and call RecordsAppended
    /// at once, before any other input: for each configuration record among them ConfigurationAppended first. If they cannot be taken
    /// (overlay full, bytes damaged) call RecordsRefused instead.
    /// </summary>
    AppendRecords,

    /// <summary>
    /// Keep the bytes that came with <see cref="Effect.PullAnswer"/> as bytes PartOffset… of the record After+1. PartOffset 0 begins anew.
    /// </summary>
    StorePart,

    /// <summary>Send <see cref="Effect.Pull"/> to <see cref="Effect.To"/>.</summary>
    SendPull,

    /// <summary>Send <see cref="Effect.PullAnswer"/>, which carries no records, to <see cref="Effect.To"/>.</summary>
    SendPullAnswer,

    /// <summary>
    /// Read records after <see cref="PullAnswer.After"/> — from memory, or from disk and later — at most <see cref="Effect.MaxBytes"/> of them,
    /// complete the <see cref="Effect.PullAnswer"/> with TryCompleteAnswer, and send it with the bytes to <see cref="Effect.To"/>.
    /// </summary>
    AnswerWithRecords,

    /// <summary>Send <see cref="Effect.Ack"/>.</summary>
    SendAck,

    /// <summary>Send <see cref="Effect.VoteRequest"/>.</summary>
    SendVoteRequest,

    /// <summary>Send <see cref="Effect.VoteReply"/>.</summary>
    SendVoteReply,

    /// <summary>Send <see cref="Effect.LeaderNotice"/>.</summary>
    SendLeaderNotice,

    /// <summary>Send <see cref="Effect.TimeoutNow"/>.</summary>
    SendTimeoutNow,

    /// <summary>
    /// A transfer of leadership has come to nothing, and this replica goes on leading (<see cref="ReplicaCore.CanAppend"/> is true again).
    /// One that succeeds ends with RoleChanged.
    /// </summary>
    TransferFailed,

    /// <summary>All records up to <see cref="Effect.Lsn"/> are committed. On a leader: release what waited for it.</summary>
    CommitAdvanced,

    /// <summary><see cref="Effect.Configuration"/> is committed: for placement, topology and links. What it decides has held since its append.</summary>
    ConfigurationCommitted,

    /// <summary>
    /// So many voters may have lost acknowledged records (S3) that no majority of the others is left: nobody will be elected. For the
    /// operator (`cluster repair --accept-loss`); reads of what is committed here go on. Repeated only after it had ceased.
    /// </summary>
    MajorityDoubtful,

    /// <summary>Leadership is confirmed for all read tickets up to <see cref="Effect.Ticket"/> (R7).</summary>
    ReadsConfirmed,

    /// <summary>
    /// The replica is now <see cref="Effect.Role"/> in <see cref="Effect.Term"/>; <see cref="Effect.Leader"/> leads, if known. A former leader answers
    /// everyone who waits for a commit "unknown", and those who only read "not leader". <see cref="Effect.Loss"/> says why it is none any more.
    /// </summary>
    RoleChanged,

    /// <summary>
    /// Histories have parted: a leader asked to cut after <see cref="Effect.Lsn"/>, which is below the own commit LSN (R4), or its digest there
    /// differs (R12: <see cref="Effect.OwnDigest"/> is not <see cref="Effect.LeaderDigest"/>). The core has stopped. Mark the replica durably as diverged, tell the
    /// operator; it must not go on without a new copy: its folder is set aside, and it returns empty, as -k (<see cref="ReplicaState.Incarnation"/>).
    /// </summary>
    Diverged,

    /// <summary>
    /// The leader cannot bring this replica up to date from its log: see <see cref="Effect.Cause"/>. With PositionGone the core has stopped pulling
    /// from this leader: fetch a snapshot from it, verify it, and offer it with SnapshotReceived. The data here stays readable, marked as stale.
    /// </summary>
    NeedsBootstrap,

    /// <summary>
    /// Let <see cref="Effect.Snapshot"/> take the place of the log and keys, atomically and durably, then call SnapshotInstalled; or
    /// SnapshotNotInstalled if that could not be done and the old data is whole.
    /// </summary>
    InstallSnapshot,
}

/// <summary>Why a leader is none any more; for the operator.</summary>
public enum LeadershipLoss : byte
{
    None = 0,

    /// <summary>Another election has taken place.</summary>
    HigherTerm = 1,

    /// <summary>No majority has returned a message of the last election timeout.</summary>
    QuorumLost = 2,

    /// <summary>The own disk is too far behind what the others have committed.</summary>
    OwnDiskBehind = 3,

    StorageFailed = 4,

    /// <summary>As asked.</summary>
    Resigned = 5,

    /// <summary>Handed over: the new leader was chosen by this one.</summary>
    Transferred = 6,

    /// <summary>It is no voter of the committed configuration any more (R9).</summary>
    Removed = 7,
}

public enum BootstrapCause : byte
{
    None = 0,

    /// <summary>The records after <see cref="Effect.Lsn"/> are gone at the leader, whose oldest is <see cref="Effect.Oldest"/> and newest <see cref="Effect.Head"/>.</summary>
    PositionGone = 1,

    /// <summary>The leader's configuration does not list this replica in its incarnation.</summary>
    NotRegistered = 2,
}

/// <summary>One piece of work for the owner of a core. Large because it holds any message; passed by reference, reused.</summary>
public struct Effect
{
    public EffectKind Kind;
    public ReplicaRole Role;
    public BootstrapCause Cause;
    public LeadershipLoss Loss;
    public int MaxBytes;
    public Guid To;
    public Guid? Leader;
    public Configuration? Configuration;
    public SnapshotPosition? Snapshot;
    public Term Term;
    public Lsn Lsn;
    public Lsn Oldest;

    /// <summary>The end of the leader's log.</summary>
    public Lsn Head;
    public ulong OwnDigest;
    public ulong LeaderDigest;
    public long Ticket;
    public ReplicaState State;
    public Pull Pull;
    public PullAnswer PullAnswer;
    public Ack Ack;
    public VoteRequest VoteRequest;
    public VoteReply VoteReply;
    public LeaderNotice LeaderNotice;
    public TimeoutNow TimeoutNow;
}
