namespace Cluster.Storage.Log;

/// <summary>
/// The log of one shard. One owner (the shard's actor) appends; a writer thread makes it durable; readers on any thread.
/// Invariants: SyncedLsn ≤ FlushedLsn ≤ LastLsn; records up to FlushedLsn are never lost or changed, except by a cut.
/// </summary>
public sealed class ShardLog
{
    private ShardLog()
    {
    }

    /// <summary>Recovers or creates the log. Blocks on the disk.</summary>
    public static ShardLog Open(ShardLogOptions options, IRecordReplay replay) => throw new NotImplementedException();

    public LogRecovery Recovery => throw new NotImplementedException();

    /// <summary>The oldest record still here; LastLsn.Next if there is none.</summary>
    public Lsn FirstLsn => throw new NotImplementedException();

    /// <summary>The newest appended record. Owner only; readers see it through their reads.</summary>
    public Lsn LastLsn => throw new NotImplementedException();

    public Term LastTerm => throw new NotImplementedException();

    public long LastTimestamp => throw new NotImplementedException();

    /// <summary>Everything up to here may be acknowledged. Any thread.</summary>
    public Lsn FlushedLsn => throw new NotImplementedException();

    /// <summary>Everything up to here was synced by this process. Equal to FlushedLsn under fsync = always. Any thread.</summary>
    public Lsn SyncedLsn => throw new NotImplementedException();

    /// <summary>Rolling digest after LastLsn. Owner only.</summary>
    public ulong Digest => throw new NotImplementedException();

    /// <summary>The timeline. Owner only.</summary>
    public TermTable Terms => throw new NotImplementedException();

    /// <summary>Why the log refuses everything, or null. Any thread.</summary>
    public Exception? Failure => throw new NotImplementedException();

    /// <summary>Why client writes should be refused for the time being (the disk is full), or null. Any thread.</summary>
    public Exception? Stall => throw new NotImplementedException();

    /// <summary>False while too many bytes wait for the disk: the owner should refuse or delay writes.</summary>
    public bool HasRoom => throw new NotImplementedException();

    /// <summary>
    /// Begins a record and returns its payload to be filled at once; <see cref="Commit"/> ends it. The timestamp is raised to the
    /// last one if it is older. Owner only.
    /// </summary>
    public Span<byte> Append(RecordKind kind, Term term, long timestamp, in SessionStamp session, int payloadLength) => throw new NotImplementedException();

    /// <summary>The record that was begun is now part of the log and visible to readers.</summary>
    public Lsn Commit(out RecordLocation location) => throw new NotImplementedException();

    /// <summary>Gives up the record that was begun.</summary>
    public void Abandon() => throw new NotImplementedException();

    /// <summary>
    /// Appends whole encoded records that continue the log; all or none. <paramref name="appended"/> is shown each of them in its
    /// final place. Throws <see cref="InvalidRecordException"/> or, if a digest is given and differs, <see cref="DigestMismatchException"/>.
    /// </summary>
    public Lsn AppendEncoded(ReadOnlySpan<byte> records, ulong? expectedDigest, IRecordReplay appended) => throw new NotImplementedException();

    /// <summary>Ends a burst of appends and wakes the writer. Without it they stay in memory.</summary>
    public void RequestFlush() => throw new NotImplementedException();

    /// <summary>Noted in the batches to come; what a recovery then knows as committed. Owner only.</summary>
    public void SetCommitLsn(Lsn commit) => throw new NotImplementedException();

    /// <summary>
    /// Records after <paramref name="after"/>, from memory, at least one whatever its size, then as many as fit. Any thread.
    /// Unflushed records are included.
    /// </summary>
    public LogReadOutcome TryRead(Lsn after, int maxBytes, out LogSlice? slice) => throw new NotImplementedException();

    /// <summary>The same from the segment files; every checksum is verified. Blocks. Any thread.</summary>
    public LogReadOutcome ReadFromDisk(Lsn after, int maxBytes, out LogSlice? slice) => throw new NotImplementedException();

    /// <summary>
    /// Copies a part of a record that starts <paramref name="offset"/> bytes behind its first byte, from memory or else from the
    /// file. False if the record was cut or released. May block. Any thread.
    /// </summary>
    public bool TryReadAt(RecordLocation location, int offset, Span<byte> destination) => throw new NotImplementedException();

    /// <summary>As <see cref="TryReadAt"/>, but false if the record is not in memory. Never blocks.</summary>
    public bool TryReadFromBuffer(RecordLocation location, int offset, Span<byte> destination) => throw new NotImplementedException();

    /// <summary>
    /// Removes everything behind <paramref name="keep"/>, which must not be below the commit LSN. Until <paramref name="done"/> is
    /// called, on a writer thread, the owner appends nothing.
    /// </summary>
    public void CutAfter(Lsn keep, Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Unlinks sealed segments that end below <paramref name="floor"/>. The caller answers for the rule S10.</summary>
    public void ReleaseBelow(Lsn floor, Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Clears <see cref="LogRecovery.MayHaveLostAcknowledged"/> durably, once a new incarnation was given.</summary>
    public void ClearDoubt(Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Flushes, leaves the clean-close mark and closes the files; <paramref name="done"/> is called on a writer thread.</summary>
    public void Close(Action<Exception?> done) => throw new NotImplementedException();
}
