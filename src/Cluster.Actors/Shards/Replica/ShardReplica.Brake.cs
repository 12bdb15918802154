using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// Writers are slowed while a new copy of a replica cannot outrun the log (WriterBrake).
internal sealed partial class ShardReplica
{
    private readonly WriterBrake _brake;

    /// <summary>Which lane is resumed first: with few bytes to give, another one each time.</summary>
    private int _resumed;

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
}
