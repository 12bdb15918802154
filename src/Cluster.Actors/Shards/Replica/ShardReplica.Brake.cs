using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// Writers are slowed while a new copy of a replica cannot outrun the log (WriterBrake), and what there is to know of resyncs is published.
internal sealed partial class ShardReplica
{
    private readonly WriterBrake _brake;

    /// <summary>Which lane is resumed first: with few bytes to give, another one each time.</summary>
    private int _resumed;

    private long _snapshotBytesTold;
    private long _snapshotsServedTold;

    private ReadOnlySpan<byte> WhyHeld => _brake.IsOn ? ShardErrors.WritersSlowed : ShardErrors.ReadersBusy;

    private bool MayWrite() => !_brake.IsOn || _brake.MayWrite(_store.Log.AppendedBytes, _clock.Now);

    /// <summary>B3: not evaluated, so nothing of it has happened. Nothing behind it in its lane overtakes it.</summary>
    private void HoldBack(CommandBatch batch) => TryHold(batch);

    private void Brake(long now)
    {
        if (!_brake.Update(CanEvaluate ? _source.PaceAt(now) : null, _store.Log.AppendedBytes, now)) return;
        if (_brake.IsOn)
        {
            _journal.Warning($"writers are slowed to {_brake.BytesPerSecond / 1e6:F1} MB/s of log: the log grows by {_brake.GrowthBytesPerSecond / 1e6:F1} MB/s, a replica's new copy leaves with {_brake.TransferBytesPerSecond / 1e6:F1} MB/s, and would end behind a log that is released already (cluster.wal-keep-bytes {_local.Options.WalKeepBytes})");
            return;
        }

        _journal.Info($"writers are free again: they were slowed for a replica's new copy, {_brake.SlowedMicros / 1_000_000.0:F1} s in all since the start");
        if (CanEvaluate && _held.Count > 0) ResumeHeld();
        FlushBurst(now);
    }

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
