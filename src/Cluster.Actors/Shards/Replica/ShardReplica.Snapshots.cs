using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using CorePosition = Cluster.Actors.Shards.Core.SnapshotPosition;

namespace Cluster.Actors.Shards;

// Snapshots (S8): sent to replicas that the log cannot serve, and fetched for this one. What decides is the core; what is read and written is
// SnapshotSource's and SnapshotFetch's; the swap is a Reopening.
internal sealed partial class ShardReplica
{
    private readonly SnapshotSource _source;
    private readonly SnapshotFetch _fetch;
    private BootstrapCause _bootstrapCause;

    /// <summary>Verified, but the core could not take it at that moment: offered again with every tick.</summary>
    private SnapshotFetched? _offered;

    private SnapshotFetched? _installing;

    /// <summary>
    /// The end of the newest snapshot that was of no use here: only one beyond it is. Without this a source would serve the same one again for ever to a replica whose log
    /// holds that record, so that its commit LSN alone does not tell.
    /// </summary>
    private Lsn _ofNoUse;

    private Lsn NewerThan => Lsn.Max(_store.CommitLsn, _ofNoUse);

    /// <summary>Evaluated here since this replica began.</summary>
    private long _commands;

    private long _lastCommands;
    private long _lastAppended;
    private long _reportedAt;

    /// <summary>Set once this replica has to be closed and opened anew: how. Its owner does it after the message under way.</summary>
    public Reopening? Leaving { get; private set; }

    public void SnapshotReady(SnapshotReady ready)
    {
        long now = _clock.Now;
        FlushBurst(now);
        GoOn(now);
        _source.Ready(ready, _core, now);
        Settle(now);
    }

    public void SnapshotFailed(SnapshotFailed failed)
    {
        _source.Failed(failed, _core);
        Settle(_clock.Now);
    }

    public void SnapshotBroken(SnapshotBroken broken)
    {
        if (broken.Fetch == _fetch) _fetch.Broken(broken, _clock.Now);
    }

    public void SnapshotFetched(SnapshotFetched fetched)
    {
        if (fetched.Fetch != _fetch || !_fetch.IsActive) return;
        long now = _clock.Now;
        FlushBurst(now);
        GoOn(now);
        Offer(fetched, now);
        Settle(now);
    }

    /// <summary>The core repeats it from time to time; the operator is told once per cause, with the numbers that led to it.</summary>
    private void NeedsBootstrap(BootstrapCause cause, Guid? leader, Lsn oldest, Lsn head, long now)
    {
        _caughtUp = false;
        bool known = _bootstrapCause == cause;
        _bootstrapCause = cause;
        if (cause != BootstrapCause.PositionGone)
        {
            if (!known) _journal.Error(null, $"is not a member in incarnation {_core.Incarnation} as far as the leader knows; it waits to be registered");
            return;
        }

        _cell.IsStale = true;
        RefuseBookmarks(ShardErrors.NewCopyNeeded);
        bool empty = _store.LastLsn.IsNone;
        string numbers = $"this replica ends at LSN {_store.LastLsn.Value} (committed {_store.CommitLsn.Value}), the log of leader {leader} holds {oldest.Value} to {head.Value}";
        if (!known) _cell.Resyncs.Needed(empty, numbers);
        if (!known) _journal.Error(null, $"cannot catch up from the leader's log: {numbers}; a snapshot is fetched, until then what is here is served as stale");
        if (leader is { } source) _fetch.Begin(source, numbers, NewerThan, now);
    }

    private void Offer(SnapshotFetched fetched, long now)
    {
        _offered = null;
        var manifest = fetched.Manifest;
        var terms = new TermTable();
        foreach (var start in manifest.Timeline) terms.Append(start.Term, start.First);
        var configuration = manifest.Configuration is { } record ? ConfigurationCodec.Read(record.Lsn, record.Payload.Span) : _local.Initial;
        switch (_core.SnapshotReceived(new CorePosition(manifest.Last, terms, configuration), now))
        {
            case SnapshotVerdict.Installs:
                _journal.Info($"installs the snapshot that ends with LSN {manifest.Last.Value}, {manifest.FileBytes} bytes, received in {(fetched.ReceivedAt - _fetch.Report!.SinceMicros) / 1000} ms, verified in {(now - fetched.ReceivedAt) / 1000} ms; this replica ended at LSN {_store.LastLsn.Value}");
                _installing = fetched;
                break;
            case SnapshotVerdict.Stale:
            case SnapshotVerdict.NotNeeded:
                _ofNoUse = Lsn.Max(_ofNoUse, manifest.Last);
                _journal.Info($"the snapshot that ends with LSN {manifest.Last.Value} is not needed any more: LSN {_store.CommitLsn.Value} is committed here, the log ends with {_store.LastLsn.Value}");
                _fetch.Abandon();
                break;
            default:
                _offered = fetched;
                break;
        }
    }

    /// <summary>The core has stopped voting and acknowledging; it ends with the store, and another one starts on what is in its place.</summary>
    private void InstallSnapshot() => Leaving ??= new Reopening.Install(_installing!.Manifest, _installing.Options, _journal);

    /// <summary>Another leader may have what this replica needs in its log; and a refusal of the last one says nothing about it.</summary>
    private void TermMoved(bool leads, long now)
    {
        _local.BootstrapBackOff.Cancel();
        if (!leads)
        {
            _fetch.Hurry(now);
            return;
        }

        _bootstrapCause = BootstrapCause.None;
        _cell.IsStale = false;
        _fetch.Abandon();
    }

    private void TickSnapshots(long now)
    {
        _source.Tick(_core, now);
        _fetch.Tick(_core.Leader, NewerThan, now);
        if (_offered is { } offered) Offer(offered, now);
        _cell.SnapshotsSent = _source.Count;
        Brake(now);
        if (now - _reportedAt < ReplicaRegistry.PublishMicros) return;
        _reportedAt = now;
        PublishResyncs(now);
        long appended = _store.Log.AppendedBytes;
        _services.Transfers.Throttle.Note(_commands - _lastCommands, appended - _lastAppended);
        (_lastCommands, _lastAppended) = (_commands, appended);
    }

    private void NoteProgress(in PullAnswer answer, long now)
    {
        if (answer.Outcome != PullOutcome.Records || Fenced is not null) return;
        if (_fetch.IsActive && _core.Bootstrap == BootstrapState.None)
        {
            _journal.Info($"catches up from the log of {_core.Leader} after all: the snapshot is not needed any more");
            _fetch.Abandon();
        }

        if (_core.Last < answer.Commit) return;
        if (_resyncing)
        {
            EndResync(now);
        }

        if (_caughtUp) return;
        _caughtUp = true;
        _bootstrapCause = BootstrapCause.None;
        _cell.IsStale = false;
    }
}
