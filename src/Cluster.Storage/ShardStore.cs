using Cluster.Storage.Keys;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Keys.Merge;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.State;

namespace Cluster.Storage;

/// <summary>
/// One shard on disk: its log, the directory of committed keys, and the overlay of records that wait for their commit.
/// One owner (the shard's actor) appends, commits and cuts; committed reads are open to any thread.
/// </summary>
/// <remarks>
/// Invariants: (I1) every record of the log up to <see cref="LastLsn"/> has been shown to the key state exactly once, in LSN order:
/// the directory holds those up to <see cref="CommitLsn"/>, the overlay the others. (I2) the commit LSN never goes back while the
/// store is open, and no cut goes below it. (I3) a location points into a segment of the log or, once a merge has moved the value, into a data file.
/// After a crash the directory is rebuilt up to the commit LSN that the log proves; later records are pending again.
/// </remarks>
public sealed partial class ShardStore : IDisposable
{
    private readonly ShardStoreOptions _options;
    private readonly KeyState _state;
    private readonly ValueFiles _files;
    private readonly HintBuilder? _hints;
    private readonly MergeWorker? _merge;
    private readonly Ending _closing = new();
    private volatile bool _cutting;
    private Lsn _keep;
    private bool _disposed;

    private ShardStore(ShardStoreOptions options, ShardLog log, KeyState state)
    {
        _options = options;
        Log = log;
        _state = state;
        _files = new ValueFiles(log, state.DataFiles);
        _hints = options.Hints ? new HintBuilder(options, log, state.Directory, state.HintedThrough) : null;
        _merge = options.Merge.Enabled ? new MergeWorker(options, log, state) : null;
    }

    /// <summary>Recovers or creates the shard. Blocks on the disk: never on a dispatcher.</summary>
    public static ShardStore Open(ShardStoreOptions options)
    {
        // A value's offset in its file is kept in 32 bits; the last record may begin just below the limit.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Log.SegmentBytes, uint.MaxValue - 2L * RecordFormat.RecordBytesMax);
        SnapshotInstall.FinishInterrupted(options.Log.Environment, options.Log.Folder);
        options.Merge.Validated();
        var state = new KeyState(options);
        ShardLog? log = null;
        try
        {
            log = OpenLog(options, state);
            state.CommitThrough(log.Recovery.CommitLsn);
            var files = options.Log.Environment.Files;
            if (options.Hints)
                HintRestore.DeleteOrphans(files, options.Log.Folder);
            if (state.Manifest is null && log.FirstLsn > Lsn.First)
                throw new StateFileException(Path.Combine(options.Log.Folder, ShardManifestFile.FileName), $"it is missing, although the log begins with LSN {log.FirstLsn}");
            DeleteReplaced(options.Log);
            DataFileRestore.DeleteLeftovers(files, options.Log.Folder, state.Manifest);
            var store = new ShardStore(options, log, state);
            store._hints?.Offer(state.CommitLsn);
            store._merge?.Offer(state.CommitLsn);
            return store;
        }
        catch
        {
            log?.Close(static _ => { });
            state.Dispose();
            throw;
        }
    }

    private static ShardLog OpenLog(ShardStoreOptions options, KeyState state)
    {
        var environment = options.Log.Environment;
        using var source = options.Hints ? new HintSource(environment.Files, options.Log.Folder, options.Hasher, environment.Parallel) : null;
        using var feeder = new DirectoryFeeder(state.Directory, environment.Parallel);
        state.HintSource = source;
        state.Feeder = feeder;
        ShardLog? log = null;
        try
        {
            log = ShardLog.Open(options.Log, state);
            feeder.Flush();
            state.Directory.EndExpecting();
            return log;
        }
        catch
        {
            log?.Close(static _ => { });
            throw;
        }
        finally
        {
            state.HintSource = null;
            state.Feeder = null;
        }
    }

    public ShardLog Log { get; }

    public LogRecovery Recovery => Log.Recovery;

    public Lsn FirstLsn => Log.FirstLsn;

    public Lsn LastLsn => Log.LastLsn;

    public Term LastTerm => Log.LastTerm;

    public Lsn FlushedLsn => Log.FlushedLsn;

    public ulong Digest => Log.Digest;

    public TermTable Terms => Log.Terms;

    /// <summary>Everything up to here is in the key directory and visible to committed reads. Any thread.</summary>
    public Lsn CommitLsn => _state.CommitLsn;

    /// <summary>Committed keys. Any thread.</summary>
    public long Count => _state.Directory.Count;

    /// <summary>Committed keys that expire at some time. Any thread.</summary>
    public long ExpiringCount => _state.Directory.ExpiringCount;

    /// <summary>When the first committed key expires, in µs since 1970; null if none does. Owner only.</summary>
    public long? EarliestExpiry => _state.Directory.EarliestExpiry;

    /// <summary>
    /// Keys with the pending records counted in; depends on <see cref="LastPendingLsn"/>. Owner only; costs a look at every pending
    /// operation.
    /// </summary>
    public long CountWithPending() => _state.Overlay.CountWith(_state.Directory);

    /// <summary>The newest pending record that changes keys, none if all such records are committed. Owner only.</summary>
    public Lsn LastPendingLsn => _state.Overlay.LastLsn;

    /// <summary>The newest pending record that emptied the whole shard, or none. Owner only.</summary>
    public Lsn PendingWholeShardLsn => _state.Overlay.WholeShardLsn;

    /// <summary>Key operations that wait for their commit. Owner only.</summary>
    public int PendingOperations => _state.Overlay.Operations;

    /// <summary>Bytes of the records that wait for their commit. Owner only.</summary>
    public long PendingBytes => _state.Overlay.Bytes;

    /// <summary>Unmanaged memory of the key directory, in bytes. Owner only.</summary>
    public long DirectoryBytes => _state.Directory.AllocatedBytes;

    /// <summary>The newest configuration in the log, committed or not (R9); null if there is none. Owner only.</summary>
    public ControlRecord? LastConfiguration => _state.Configurations.Last;

    public ControlRecord? CommittedConfiguration => _state.Configurations.Committed;

    /// <summary>The newest topology in the log, committed or not; null if there is none. Owner only.</summary>
    public ControlRecord? LastTopology => _state.Topologies.Last;

    public ControlRecord? CommittedTopology => _state.Topologies.Committed;

    /// <summary>A key's identity inside this store. Any thread.</summary>
    public KeyHash HashOf(ReadOnlySpan<byte> key) => _state.Hash(key);

    /// <summary>The newest state of a key, pending records included. Owner only; never touches the disk.</summary>
    public KeyLookup Find(ReadOnlySpan<byte> key) => _state.Find(key);

    /// <summary>The committed state of a key. Any thread; never touches the disk.</summary>
    public KeyLookup FindCommitted(ReadOnlySpan<byte> key) => _state.FindCommitted(key);

    /// <summary>
    /// Adds committed keys whose time is over at <paramref name="now"/> (µs since 1970) to <paramref name="found"/>, earliest first, from the cursor on;
    /// not those that a pending record changes or deletes. Looks at up to <paramref name="max"/> keys and moves the cursor behind them; at the end it is
    /// back at its start. The leader appends a delete for each that <see cref="Find"/> still calls expired then: nothing is deleted by clock alone (S11).
    /// Owner only; never touches the disk.
    /// </summary>
    public void NextExpired(long now, int max, ref ExpiryCursor cursor, List<ExpiredKey> found) => _state.NextExpired(now, max, ref cursor, found);

    /// <summary>
    /// Copies the value (or as much of it as <paramref name="value"/> holds) if the log's buffer still has it. With
    /// <paramref name="now"/> (µs since 1970) a value whose time is over is reported as expired. Never blocks. Any thread.
    /// </summary>
    public ValueReadOutcome ReadFromMemory(ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now = 0) =>
        ValueReader.Read(_files, location, key, value, now, mayBlock: false);

    /// <summary>As <see cref="ReadFromMemory"/>, from memory or else from the file. Blocks. Any thread.</summary>
    public ValueReadOutcome ReadFromDisk(ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now = 0) =>
        ValueReader.Read(_files, location, key, value, now, mayBlock: true);

    /// <summary>
    /// Copies the part of the value that begins at <paramref name="offset"/>, as much as there is and the span holds (<paramref name="copied"/>), without
    /// touching the rest. Outcomes as of <see cref="ReadFromMemory"/>. Never blocks. Any thread.
    /// </summary>
    public ValueReadOutcome ReadRangeFromMemory(ValueLocation location, ReadOnlySpan<byte> key, int offset, Span<byte> part, out int copied, long now = 0) =>
        ValueReader.ReadRange(_files, location, key, offset, part, out copied, now, mayBlock: false);

    /// <summary>As <see cref="ReadRangeFromMemory"/>, from memory or else from the file. Blocks. Any thread.</summary>
    public ValueReadOutcome ReadRangeFromDisk(ValueLocation location, ReadOnlySpan<byte> key, int offset, Span<byte> part, out int copied, long now = 0) =>
        ValueReader.ReadRange(_files, location, key, offset, part, out copied, now, mayBlock: true);

    /// <summary>
    /// Opens a value that is to be copied piece by piece: its file is held until the stream is disposed, whatever becomes of the key. Copied: <paramref name="value"/>
    /// is not null. Blocks. Any thread.
    /// </summary>
    public ValueReadOutcome OpenValue(ValueLocation location, ReadOnlySpan<byte> key, out ValueStream? value, long now = 0) =>
        ValueReader.Open(_files, location, key, now, out value);

    /// <summary>
    /// Names the order of the scans. Another process hashes under another secret: a cursor that was given under another epoch means nothing here,
    /// and its scan begins anew (keys may then be told twice, none that stays is missed). Any thread.
    /// </summary>
    public ulong ScanEpoch => _state.Hash("the order of scans"u8).High;

    /// <summary>
    /// Walks the committed keys in an order that no growth changes, <see cref="KeyDirectory.Scan"/>; their names are read with
    /// <see cref="ReadKey"/>. A cursor belongs to stores of one <see cref="ScanEpoch"/>. Any thread; never touches the disk.
    /// </summary>
    public ulong ScanCommitted(ulong cursor, int count, List<ValueLocation> found) => _state.Directory.Scan(cursor, count, found);

    /// <summary>
    /// Copies the key that a scan has found, or as much of it as <paramref name="key"/> holds. Gone: it was cut or released meanwhile.
    /// With <paramref name="now"/> a key whose time is over is reported as expired, and copied all the same. Blocks. Any thread.
    /// </summary>
    public ValueReadOutcome ReadKey(ValueLocation location, Span<byte> key, out int keyLength, long now = 0) =>
        ValueReader.ReadKey(_files, location, key, out keyLength, now, mayBlock: true);

    /// <summary>As <see cref="ReadKey"/>, from the log's buffer only: NotInMemory if it does not have the key any more. Never blocks. Any thread.</summary>
    public ValueReadOutcome ReadKeyFromMemory(ValueLocation location, Span<byte> key, out int keyLength, long now = 0) =>
        ValueReader.ReadKey(_files, location, key, out keyLength, now, mayBlock: false);

    /// <summary>Reads committed records one after the other, from behind <paramref name="after"/> on. The reader blocks on the disk.</summary>
    public CommittedRecordReader ReadCommitted(Lsn after) => new(this, after);

    /// <summary>Wakes the writer after a burst of appends.</summary>
    public void RequestFlush() => Log.RequestFlush();

    /// <summary>
    /// Makes the records up to <paramref name="commit"/> visible to committed reads, in LSN order. Owner only. A lower LSN than
    /// before changes nothing.
    /// </summary>
    public void AdvanceCommit(Lsn commit)
    {
        Invariant.Check(commit <= (_cutting ? _keep : LastLsn), "only appended records can be committed");
        if (commit <= CommitLsn)
            return;
        _state.CommitThrough(commit);
        Log.SetCommitLsn(commit);
        _hints?.Offer(commit);
        if (_merge is { } merge)
        {
            merge.Offer(commit);
            merge.Apply(RelocationsPerCommit);
        }
    }

    /// <summary>
    /// Drops everything behind <paramref name="keep"/>, which must not be below the commit LSN. Lookups see the cut at once; until
    /// <paramref name="done"/> is called, on a writer thread (or at once if there is nothing to cut), nothing may be appended, and
    /// <see cref="LastLsn"/>, <see cref="LastTerm"/>, <see cref="Digest"/> and <see cref="Terms"/> have no meaning. After a failure
    /// the store must be reopened. Owner only.
    /// </summary>
    public void CutAfter(Lsn keep, Action<Exception?> done)
    {
        Invariant.Check(!_cutting, "one cut at a time");
        Invariant.Check(keep >= CommitLsn, "I2: no cut below the commit LSN");
        _keep = keep;
        _cutting = true;
        _state.CutAfter(keep);
        try
        {
            Log.CutAfter(keep, failure =>
            {
                _cutting = false;
                done(failure);
            });
        }
        catch
        {
            _cutting = false;
            throw;
        }
    }

    /// <summary>
    /// Frees memory that waited for readers, and takes over places of merged values, a bounded amount per call. Owner only, now and then. True:
    /// there is more to do, call again soon.
    /// </summary>
    public bool ReclaimMemory()
    {
        _state.Directory.Reclaim(tableBuckets: 1024);
        return _merge?.Apply(RelocationsPerCall) == true;
    }

    /// <summary>
    /// Ends the merge, flushes and closes the log; <paramref name="done"/> is called once it is closed, on a writer thread. Whoever asks again while it closes is told
    /// with the first, and later at once. Then dispose the store.
    /// </summary>
    public void Close(Action<Exception?> done)
    {
        if (!_closing.Begins(done))
            return;
        _hints?.Stop();
        if (_merge is { } merge)
            merge.Stop(() => Log.Close(_closing.End));
        else
            Log.Close(_closing.End);
    }

    /// <summary>Frees the unmanaged memory. After <see cref="Close"/>, or without it to model a crash. Lookups throw from then on.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _hints?.Stop();
        _merge?.Stop();
        _state.Dispose();
    }
}
