using Cluster.Storage;
using Cluster.Storage.Snapshots;
using Cluster.Storage.State;

namespace Cluster.Actors.Shards;

/// <summary>Why a replica is closed and opened again while its node runs, and what happens to its folder in between.</summary>
/// <remarks>
/// Invariants: (O1) between the closing and the opening no actor is attached and no save, cut or transfer is under way. (O2) a replica that is given up has its
/// incarnation k saved as -k, durably, before its folder is touched: it never counts again as what it was (R9). (O3) term and vote lie outside and stay.
/// What a crash leaves: before a rename the old folder, behind it the new one or none; in each case the next opening finds what this one would have.
/// </remarks>
internal abstract record Reopening
{
    /// <summary>Blocks; on the opening's own thread.</summary>
    public virtual void Prepare(LocalShard shard)
    {
    }

    /// <summary>After a failed sync, or an opening that the disk has refused: the log is read anew, and what may be only in the page cache is written again (S2).</summary>
    public sealed record AsItIs : Reopening;

    /// <summary>A verified snapshot takes the folder's place. If it cannot, the old replica is opened again, and asks anew.</summary>
    public sealed record Install(SnapshotManifest Manifest, SnapshotReceiveOptions Options, IShardJournal Journal) : Reopening
    {
        public override void Prepare(LocalShard shard)
        {
            try
            {
                SnapshotInstall.RunVerified(Options, Manifest, OldReplica.Replace);
                shard.NoteInstalled();
            }
            catch (StorageException e)
            {
                Journal.Error(e, $"the snapshot that ends with LSN {Manifest.Last.Value} was not installed");
            }
        }
    }

    /// <summary>
    /// The replica's data is lost, damaged, or of another history: what there is of it is set aside for whoever looks into it, and the replica comes back empty, as one that
    /// counts for nothing until the leader gives it a new incarnation.
    /// </summary>
    public sealed record GiveUp(IShardJournal Journal) : Reopening
    {
        public override void Prepare(LocalShard shard)
        {
            shard.SaveAsLost();
            if (SnapshotInstall.SetAside(shard.Options.Environment, shard.Options.Folder) is { } aside)
                Journal.Warning($"its old folder is kept as {aside}; delete it when nobody needs it");
        }
    }
}

public sealed partial class LocalShard
{
    private volatile bool _createEmpty;
    private long _fullResyncs;

    /// <summary>Waits between attempts to get a snapshot; outlives the replicas that make them. Of the shard's actor.</summary>
    internal BackOff BootstrapBackOff { get; } = new();

    /// <summary>Snapshots that took the place of this replica's data since the process began. Any thread.</summary>
    internal long FullResyncs => Interlocked.Read(ref _fullResyncs);

    /// <summary>
    /// Whether data that is lost may come back from the others by itself: a shard with one voter has nobody to get it from, and only an operator can say what is to become of it.
    /// </summary>
    internal bool MayReturnEmpty => options.Initial.Voters.Length > 1;

    internal void BeginOperation() => Interlocked.Increment(ref _operations);

    internal void EndOperation() => Interlocked.Decrement(ref _operations);

    internal void NoteInstalled() => Interlocked.Increment(ref _fullResyncs);

    /// <summary>Closes the store, does what there is to do in between, and opens it again, off the caller's thread. Nobody is attached, nothing under way (O1).</summary>
    internal Task ReopenAsync(Reopening reopening)
    {
        lock (_opening)
        {
            Invariant.Check(_sink is null && IsQuiet && _opened is { IsCompleted: true }, "O1: a shard is reopened while nobody uses it");
            if (_closing.IsCancellationRequested) return Task.FromCanceled(_closing.Token);
            return _opened = Task.Factory.StartNew(() => ReopenCore(reopening), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
    }

    /// <summary>O2.</summary>
    internal void SaveAsLost()
    {
        var saved = options.StateFile.Find(Shard) ?? throw new InvalidOperationException($"shard {Shard} has no state");
        Saved(done => options.StateFile.Save(Shard, saved with { Incarnation = -Math.Abs(saved.Incarnation) }, done)).GetAwaiter().GetResult();
        _createEmpty = true;
    }

    /// <summary>Waits on its own thread, which reads whole segments then: none of the pool's.</summary>
    private Task ReopenCore(Reopening reopening)
    {
        CloseStore().GetAwaiter().GetResult();
        _store = null;
        _failure = null;
        Interlocked.Exchange(ref _flushNews, 0);
        reopening.Prepare(this);
        return OpenCore();
    }
}
