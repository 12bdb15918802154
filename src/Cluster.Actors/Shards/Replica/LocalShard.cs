using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Actors.Shards;

/// <summary>What a replica on this node is opened with.</summary>
public sealed record LocalShardOptions
{
    public required int Shard { get; init; }

    /// <summary>This shard's own folder; its parent exists.</summary>
    public required string Folder { get; init; }

    public required Guid ClusterId { get; init; }

    public required StorageEnvironment Environment { get; init; }

    public required NodeStateFile StateFile { get; init; }

    /// <summary>The members that the shard was created with; holds until its log has a configuration record.</summary>
    public required Configuration Initial { get; init; }

    /// <summary>The incarnation that this node has in <see cref="Initial"/>, for a shard that is new here.</summary>
    public long InitialIncarnation { get; init; } = 1;

    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Recent records kept in memory for replicas and reads.</summary>
    public long BufferBytes { get; init; } = 8L << 20;

    public FsyncMode Fsync { get; init; } = FsyncMode.Always;

    public MergeOptions Merge { get; init; } = new();

    /// <summary>Log kept for replicas that are away, and for a running snapshot's, in bytes; one that needs older records then needs a new copy.</summary>
    public long WalKeepBytes { get; init; } = 1L << 30;
}

/// <summary>Where the completions of a local shard go. Called on writer threads: an implementation only passes a message on.</summary>
internal interface ILocalShardSink
{
    /// <summary>More is flushed, or the same as before: see <see cref="LocalShard.TakeFlushed"/>. Not repeated until that was called.</summary>
    void FlushMoved();

    void FlushFailed(Exception cause);

    /// <summary>The disk is full, or (null) no longer.</summary>
    void FlushStalled(Exception? cause);

    /// <summary>See <see cref="ShardStore.ReclaimMemory"/>.</summary>
    void StoreWork();

    void StateSaved(Core.ReplicaState state, Exception? error);

    void CutDone(Exception? error);

    void DivergenceMarked(Exception? error);
}

/// <summary>
/// The part of a shard replica that outlives its actor and its ActorSystem: the open store, the node file's entry, and the
/// completions under way. Owned by the host; one actor at a time is attached to it.
/// Invariant: while an operation of an earlier actor is under way (<see cref="IsQuiet"/> is false) no other actor attaches, so that
/// no completion reaches one that did not ask for it.
/// </summary>
public sealed partial class LocalShard(LocalShardOptions options) : ILogListener
{
    private readonly Lock _opening = new();
    private readonly CancellationTokenSource _closing = new();
    private Task? _opened;
    private ShardStore? _store;
    private volatile ILocalShardSink? _sink;
    private volatile Exception? _failure;
    private int _operations;
    private int _flushNews;

    public int Shard => options.Shard;

    public LocalShardOptions Options => options;

    /// <summary>Valid once <see cref="OpenAsync"/> has completed.</summary>
    public ShardStore Store => _store ?? throw new InvalidOperationException($"shard {options.Shard} is not open");

    public Configuration Initial => options.Initial;

    /// <summary>The log's failure, if there was one: the shard is poisoned until it is opened anew.</summary>
    public Exception? Failure => _failure;

    /// <summary>Its opening has begun and is not over.</summary>
    public bool IsOpening
    {
        get
        {
            lock (_opening) return _opened is { IsCompleted: false };
        }
    }

    internal bool IsQuiet => Volatile.Read(ref _operations) == 0;

    /// <summary>Recovers or creates the shard off the caller's thread. The second call returns the task of the first.</summary>
    public Task OpenAsync()
    {
        // Recovery reads whole segments and syncs: not on the pool, where the threads that serve clients come from.
        lock (_opening) return _opened ??= Task.Factory.StartNew(OpenCore, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Flushes and closes; an opening that still reads is given up. No actor is attached any more.</summary>
    public async Task CloseAsync()
    {
        Task? opened;
        lock (_opening) opened = _opened;
        if (opened is null) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await opened.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (_store is null) return;
        await CloseStore().ConfigureAwait(false);
    }

    private async Task CloseStore()
    {
        if (_store is not { } store) return;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Close(_ => closed.TrySetResult());
        await closed.Task.ConfigureAwait(false);
        store.Dispose();
    }

    internal bool TryAttach(ILocalShardSink sink)
    {
        if (_sink is not null || !IsQuiet) return false;
        _sink = sink;
        if (_failure is { } failure) sink.FlushFailed(failure);
        return true;
    }

    internal void Detach(ILocalShardSink sink)
    {
        if (ReferenceEquals(_sink, sink)) _sink = null;
    }

    /// <summary>The promises as last saved; the store of a shard that was never opened here has none.</summary>
    internal Core.ReplicaState LoadState()
    {
        var saved = options.StateFile.Find(options.Shard) ?? throw new InvalidOperationException($"shard {options.Shard} has no state");
        return new Core.ReplicaState(saved.Term, saved.VotedFor, saved.Incarnation);
    }

    internal Lsn TakeFlushed()
    {
        Interlocked.Exchange(ref _flushNews, 0);
        return Store.FlushedLsn;
    }

    internal void SaveState(Core.ReplicaState state)
    {
        Interlocked.Increment(ref _operations);
        options.StateFile.Save(options.Shard, new ShardReplicaState(state.Term, state.Vote, state.Incarnation), error =>
        {
            var sink = _sink;
            Interlocked.Decrement(ref _operations);
            sink?.StateSaved(state, error);
        });
    }

    /// <summary>
    /// The replica has a new incarnation, durably, and counts only for what it acknowledges under it: what it may have lost before is nobody's concern any more. A crash before
    /// this leaves the doubt, and costs one more incarnation.
    /// </summary>
    internal void ClearDoubt(IShardJournal journal)
    {
        Interlocked.Increment(ref _operations);
        Store.Log.ClearDoubt(error =>
        {
            Interlocked.Decrement(ref _operations);
            if (error is not null) journal.Warning($"the mark of possibly lost records could not be cleared, the next start takes another incarnation: {error.Message}");
        });
    }

    internal void Cut(Lsn keep)
    {
        Interlocked.Increment(ref _operations);
        Store.CutAfter(keep, error =>
        {
            var sink = _sink;
            Interlocked.Decrement(ref _operations);
            sink?.CutDone(error);
        });
    }

    void ILogListener.Flushed(Lsn through)
    {
        if (Interlocked.Exchange(ref _flushNews, 1) == 0) _sink?.FlushMoved();
    }

    void ILogListener.FlushFailed(Exception cause)
    {
        _failure = cause;
        _sink?.FlushFailed(cause);
    }

    void ILogListener.FlushStalled(Exception cause) => _sink?.FlushStalled(cause);

    void ILogListener.FlushResumed() => _sink?.FlushStalled(null);

    void ILogListener.WorkForOwner() => _sink?.StoreWork();

    private async Task OpenCore()
    {
        var known = options.StateFile.Find(options.Shard);
        _store = ShardStore.Open(new ShardStoreOptions
        {
            Log = new ShardLogOptions
            {
                Folder = options.Folder,
                Shard = options.Shard,
                ClusterId = options.ClusterId,
                Environment = options.Environment,
                Listener = this,
                // A shard that was once created here and has no folder now has lost data: it must not start as an empty voter (R9).
                CreateIfMissing = known is null || _createEmpty,
                NodeState = options.StateFile,
                SegmentBytes = options.SegmentBytes,
                BufferBytes = options.BufferBytes,
                Fsync = options.Fsync,
                OpeningCancelled = _closing.Token,
            },
            Merge = options.Merge,
        });
        LoadDivergence();
        _createEmpty = false;
        if (known is null) await Saved(done => options.StateFile.Save(options.Shard, new ShardReplicaState(Term.None, null, options.InitialIncarnation), done)).ConfigureAwait(false);
    }

    private static Task Saved(Action<Action<Exception?>> save)
    {
        var saved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        save(error =>
        {
            if (error is null) saved.SetResult();
            else saved.SetException(error);
        });
        return saved.Task;
    }
}
