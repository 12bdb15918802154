using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

/// <summary>A key as the leader sees it, pending records included. <see cref="Pending"/>: the record that decided it, if uncommitted.</summary>
public readonly record struct KeyView(long Value, Lsn Pending);

/// <summary>Tells two records apart that stand at the same LSN.</summary>
public readonly record struct RecordIdentity(Term Term, ulong Content);

/// <summary>Records on their way from one replica to another.</summary>
public abstract class RecordBatch
{
    public abstract Lsn Last { get; }

    /// <summary>Bytes of the first record, whole.</summary>
    public abstract int FirstBytes { get; }

    /// <summary>How many records there are.</summary>
    public abstract int Count { get; }

    /// <summary>Those among the records, in LSN order.</summary>
    public abstract IReadOnlyList<Configuration> Configurations { get; }

    /// <summary>What makes its first record that record.</summary>
    public abstract RecordIdentity FirstIdentity { get; }
}

/// <summary>A write of a client's session, and what it is answered.</summary>
public readonly record struct SessionWrite(SessionStamp Stamp, long Result);

/// <summary>What a record says of the session that wrote it. A record that does not open the session names the one that did in place of the id.</summary>
public readonly record struct SessionMark(SessionStamp Stamp, Lsn Opening)
{
    public bool IsPresent => Stamp.Sequence > 0;
}

/// <summary>Values of a log after recovery.</summary>
public readonly record struct StoreRecovery(Lsn First, Lsn Last, Lsn Flushed, Lsn Commit, TermTable Terms);

/// <summary>The log and the keys of one running replica. Gone with the process; its disk is not.</summary>
public interface IReplicaStore
{
    StoreRecovery Recovery { get; }

    /// <summary>The last record before those that the log holds; none: it holds all.</summary>
    Lsn Base { get; }

    /// <summary>The configuration at <see cref="Base"/>, if it is known from a record.</summary>
    Configuration? BaseConfiguration { get; }

    /// <summary>
    /// Drops the log's beginning, as far as it is possible and at once or in a while: <see cref="Base"/> tells. The keys keep what it said.
    /// </summary>
    void Release(Lsn through);

    /// <summary>Of all committed keys; null if nothing durable stands for them now.</summary>
    SnapshotOffer? BeginSnapshot();

    /// <summary>What is missing of a snapshot that is being received.</summary>
    SnapshotPlace Wanted { get; }

    /// <summary>Takes a piece; the snapshot once it is whole.</summary>
    ReceivedSnapshot? Receive(SnapshotPiece piece);

    /// <summary>Forgets what has come.</summary>
    void DropReceived();

    /// <summary>Puts what was received whole in the place of log and keys, durably once <paramref name="done"/> is called.</summary>
    void Install(Action done);

    Lsn Last { get; }

    /// <summary>All that the log holds, in LSN order.</summary>
    IReadOnlyList<Configuration> Configurations { get; }

    /// <summary>Appends answer none if they are refused.</summary>
    Lsn AppendNoOp(Term term);

    /// <summary>Length pads the record. The value ends at <paramref name="expiresAt"/>, µs of the hybrid clock; 0: never.</summary>
    Lsn AppendPut(Term term, int key, long value, int length, SessionWrite write = default, long expiresAt = 0);

    Lsn AppendDelete(Term term, int key, SessionWrite write = default);

    /// <summary>Of a session's write that changes nothing: its sequence and answer are kept all the same.</summary>
    Lsn AppendAnswer(Term term, SessionWrite write);

    /// <summary>Whether the write is the session's next; if it was appended before, where and with what result.</summary>
    SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out long result);

    SessionMark StampAt(Lsn lsn);

    /// <summary>The highest sequence of a session that was committed, 0 if there is none.</summary>
    long HighestOf(Guid session);

    /// <summary>µs of the hybrid clock.</summary>
    long TimestampAt(Lsn lsn);

    /// <summary>Adds keys that are committed, over at <paramref name="now"/> and touched by no pending record, and what they expired with.</summary>
    void FindExpired(long now, int max, List<(int Key, long Value, long ExpiresAt)> found);

    /// <summary>Merges that have come to their end.</summary>
    long Merges { get; }

    Lsn AppendConfiguration(Term term, Configuration configuration);

    /// <summary>Records of a leader, all or none.</summary>
    bool TryAppend(RecordBatch batch);

    /// <summary>At least one record. From the files if <paramref name="cold"/>, where there are any.</summary>
    RecordBatch Read(Lsn after, int maxBytes, bool cold);

    KeyView Find(int key);

    /// <summary>The key as of the commit LSN.</summary>
    long FindCommitted(int key);

    void AdvanceCommit(Lsn commit);

    void RequestFlush();

    void CutAfter(Lsn keep, Action done);

    RecordIdentity IdentityAt(Lsn lsn);

    /// <summary>Key and new value of the record, if it changes a key.</summary>
    bool TryGetChange(Lsn lsn, out int key, out long value);
}

/// <summary>What a replica's disk does to its process.</summary>
public interface IStoreOwner
{
    /// <summary>A value of the hybrid clock for a new record.</summary>
    long NextTimestamp();

    void Flushed(Lsn through);

    void FlushFailed();
}

/// <summary>What survives a process: the log of one replica.</summary>
public interface IReplicaDisk
{
    /// <summary>Recovers the log for a new process.</summary>
    IReplicaStore Open(IStoreOwner owner);

    /// <summary>What no crash can take.</summary>
    bool IsDurable(Lsn lsn, RecordIdentity identity);
}
