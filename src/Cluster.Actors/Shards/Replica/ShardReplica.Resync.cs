using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

// How this replica finds its leader again and catches up, and what there is to know of it (ResyncCounters).
internal sealed partial class ShardReplica
{
    /// <summary>This replica has not caught up since its start, or since the link to its leader broke; false if it starts with a new snapshot.</summary>
    private bool _resyncing;

    /// <summary>Where its log ended then, and when that was.</summary>
    private Lsn _resyncFrom;

    private long _resyncAt;
    private long _snapshotBytesTold;
    private long _snapshotsServedTold;

    /// <summary>
    /// Cut off until it knew no leader: whoever leads is to say so at once (<see cref="SayWhoLeads"/>). What the leader said when its own end of the link opened was lost if that
    /// was first; without this only the next election time-out would find it.
    /// </summary>
    private void AskWhoLeads(long now)
    {
        _caughtUp = false;
        _registry.Publish(_cell, _core, CurrentState(), now);
    }

    /// <summary>A member that is not up to date may not know its leader. It says so again every second while that is so.</summary>
    private void SayWhoLeads(Guid member, ReplicaStatusMessage status, long now)
    {
        if (!_leading || status.State != ShardState.CatchingUp || !_core.Configuration.TryFind(member, out _)) return;
        GoOn(now);
        _core.LinkRestored(member, now);
    }

    private void BeginResync(long now)
    {
        if (!_resyncing) (_resyncFrom, _resyncAt) = (_store.LastLsn, now);
        _resyncing = true;
    }

    private void EndResync(long now)
    {
        _resyncing = false;
        if (_store.LastLsn.IsNone) return;
        _cell.Resyncs.CaughtUpFromLog();
        long records = _store.LastLsn - _resyncFrom;
        if (records > 0) _journal.Info($"caught up from the log of {_core.Leader}: {records} records behind LSN {_resyncFrom.Value} in {(now - _resyncAt) / 1000} ms");
    }

    private void PublishResyncs(long now)
    {
        var resyncs = _cell.Resyncs;
        _cell.Bootstrap = _fetch.Report;
        resyncs.Installed(_local.FullResyncs);
        resyncs.Sent(_source.BytesSent - _snapshotBytesTold, _source.Served - _snapshotsServedTold);
        (_snapshotBytesTold, _snapshotsServedTold) = (_source.BytesSent, _source.Served);
        resyncs.Received(_fetch.TakeReceived());
        resyncs.Slowed(_brake.BytesPerSecond, _brake.SlowedMicros + _brake.SlowedNow(now));
    }
}
