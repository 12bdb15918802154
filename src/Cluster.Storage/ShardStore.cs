using Cluster.Storage.Keys;
using Cluster.Storage.Log;

namespace Cluster.Storage;

/// <summary>
/// One shard on disk: its log, the directory of committed keys, and the overlay of records that wait for their commit.
/// One owner (the shard's actor) appends, commits and cuts; committed reads are open to any thread.
/// </summary>
public sealed class ShardStore : IDisposable
{
    private ShardStore()
    {
    }

    /// <summary>Recovers or creates the shard. Blocks on the disk: never on a dispatcher.</summary>
    public static ShardStore Open(ShardStoreOptions options) => throw new NotImplementedException();

    public ShardLog Log => throw new NotImplementedException();

    public LogRecovery Recovery => Log.Recovery;

    public Lsn FirstLsn => Log.FirstLsn;

    public Lsn LastLsn => Log.LastLsn;

    public Term LastTerm => Log.LastTerm;

    public Lsn FlushedLsn => Log.FlushedLsn;

    public ulong Digest => Log.Digest;

    public TermTable Terms => Log.Terms;

    /// <summary>Everything up to here is in the key directory and visible to committed reads. Any thread.</summary>
    public Lsn CommitLsn => throw new NotImplementedException();

    /// <summary>Committed keys. Any thread.</summary>
    public long Count => throw new NotImplementedException();

    /// <summary>Keys with the pending records counted in; depends on <see cref="LastPendingLsn"/>. Owner only; costs a look at every pending operation.</summary>
    public long CountWithPending() => throw new NotImplementedException();

    /// <summary>The newest pending record that changes keys, none if all such records are committed. Owner only.</summary>
    public Lsn LastPendingLsn => throw new NotImplementedException();

    /// <summary>The newest pending record that emptied the whole shard, or none. Owner only.</summary>
    public Lsn PendingWholeShardLsn => throw new NotImplementedException();

    /// <summary>The newest configuration in the log, committed or not (R9); null if there is none. Owner only.</summary>
    public ControlRecord? LastConfiguration => throw new NotImplementedException();

    public ControlRecord? CommittedConfiguration => throw new NotImplementedException();

    /// <summary>The newest topology in the log, committed or not; null if there is none. Owner only.</summary>
    public ControlRecord? LastTopology => throw new NotImplementedException();

    public ControlRecord? CommittedTopology => throw new NotImplementedException();

    /// <summary>The newest state of a key, pending records included. Owner only; never touches the disk.</summary>
    public KeyLookup Find(ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>The committed state of a key. Any thread; never touches the disk.</summary>
    public KeyLookup FindCommitted(ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>
    /// Copies the value (or as much of it as <paramref name="value"/> holds) if the log's buffer still has it. With
    /// <paramref name="now"/> (µs since 1970) a value whose time is over is reported as expired. Never blocks. Any thread.
    /// </summary>
    public ValueReadOutcome ReadFromMemory(ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now = 0) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="ReadFromMemory"/>, from memory or else from the file. Blocks. Any thread.</summary>
    public ValueReadOutcome ReadFromDisk(ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now = 0) =>
        throw new NotImplementedException();

    /// <summary>Appends the write of one key; <paramref name="expiresAt"/> in µs since 1970, 0 for never. Owner only, as all that follows.</summary>
    public AppendResult AppendPut(
        Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt = 0) =>
        throw new NotImplementedException();

    public AppendResult AppendDelete(Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> key) =>
        throw new NotImplementedException();

    /// <summary>Appends several operations as one atomic record; keys and values are ranges of <paramref name="source"/>.</summary>
    public AppendResult AppendKeys(
        Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations) =>
        throw new NotImplementedException();

    /// <summary>Empties the shard: one record, whatever the number of keys.</summary>
    public AppendResult AppendFlushKeys(Term term, long timestamp, in SessionStamp session) => throw new NotImplementedException();

    /// <summary>Control records are not refused for a lack of room; a failed log throws.</summary>
    public Lsn AppendNoOp(Term term, long timestamp) => throw new NotImplementedException();

    public Lsn AppendTime(Term term, long timestamp) => throw new NotImplementedException();

    public Lsn AppendConfiguration(Term term, long timestamp, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    public Lsn AppendTopology(Term term, long timestamp, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    /// <summary>
    /// Appends a leader's records, all or none. Throws <see cref="InvalidRecordException"/> if they are malformed or do not continue
    /// the log, <see cref="DigestMismatchException"/> if the logs differ. A refusal (PendingFull, LogFull, DiskFull, Failed) is to be
    /// retried after a commit or a flush.
    /// </summary>
    public AppendResult AppendEncoded(ReadOnlySpan<byte> records, ulong? expectedDigest) => throw new NotImplementedException();

    /// <summary>Wakes the writer after a burst of appends.</summary>
    public void RequestFlush() => Log.RequestFlush();

    /// <summary>Makes the records up to <paramref name="commit"/> visible to committed reads, in LSN order. Never goes back.</summary>
    public void AdvanceCommit(Lsn commit) => throw new NotImplementedException();

    /// <summary>
    /// Drops everything behind <paramref name="keep"/>, which must not be below the commit LSN. Lookups see the cut at once; until
    /// <paramref name="done"/> is called, on a writer thread, nothing may be appended.
    /// </summary>
    public void CutAfter(Lsn keep, Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Flushes and closes the log; <paramref name="done"/> is called on a writer thread. Then dispose the store.</summary>
    public void Close(Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Frees the unmanaged memory. After <see cref="Close"/>, or without it to model a crash.</summary>
    public void Dispose() => throw new NotImplementedException();
}
