using Cluster.Storage;

namespace Cluster.Actors.Shards;

// Garbage of the store (S7, S10).
internal sealed partial class ShardReplica
{
    /// <summary>Interval of <see cref="ReleaseLog"/>.</summary>
    private const long ReleaseMicros = 1_000_000;

    private long _releasedAt;
    private Lsn _knownFirst;

    /// <summary>A bounded piece of what a merge has for the directory; the rest after what else waits for this actor.</summary>
    public void StoreWork()
    {
        if (_store.ReclaimMemory()) _mailbox.Post(Shards.StoreWork.Instance);
        if (IsParked) _cell.Storage = _store.MergeStatus;
    }

    /// <summary>
    /// Tells the store what it may give up once it is merged: what every other member has applied. One that is away holds the log up to
    /// a bound; one that comes back later than that is told that its position is gone.
    /// </summary>
    private void ReleaseLog(long now)
    {
        if (now - _releasedAt < ReleaseMicros || Fenced is not null) return;
        _releasedAt = now;
        StoreWork();
        var first = _store.FirstLsn;
        _store.ReleaseBelow(Lsn.Max(_registry.NeededFrom(_core.Configuration), _store.FirstWithin(_local.Options.WalKeepBytes)));
        if (first > _knownFirst) _core.Released(first);
        _knownFirst = first;
        _cell.Storage = _store.MergeStatus;
    }
}
