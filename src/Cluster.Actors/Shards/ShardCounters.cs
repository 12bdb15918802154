namespace Cluster.Actors.Shards;

/// <summary>What has happened to a shard's local replica since the node started. One writer (the shard's actor), any reader.</summary>
public sealed class ShardCounters
{
    private long _elections;
    private long _leaderChanges;
    private long _transfers;
    private long _transfersFailed;
    private long _applyErrors;
    private long _divergences;
    private long _recordsCut;
    private long _parkings;
    private int _waiting;
    private int _sessions;

    /// <summary>Elections that this replica has won.</summary>
    public long Elections => Volatile.Read(ref _elections);

    /// <summary>How often it heard of another leader than before.</summary>
    public long LeaderChanges => Volatile.Read(ref _leaderChanges);

    /// <summary>Leaderships that it handed over, and that it could not.</summary>
    public long Transfers => Volatile.Read(ref _transfers);

    public long TransfersFailed => Volatile.Read(ref _transfersFailed);

    /// <summary>Answers with records that had to be refused: damaged on the way, or not what they should be.</summary>
    public long ApplyErrors => Volatile.Read(ref _applyErrors);

    /// <summary>Its history was found to have parted from the leader's: it stops.</summary>
    public long Divergences => Volatile.Read(ref _divergences);

    /// <summary>Records at the end of its log that were never committed and were cut.</summary>
    public long RecordsCut => Volatile.Read(ref _recordsCut);

    public long Parkings => Volatile.Read(ref _parkings);

    /// <summary>Batches of clients that wait for their commit policy or for a proof of leadership, as of the last report.</summary>
    public int Waiting { get => Volatile.Read(ref _waiting); internal set => Volatile.Write(ref _waiting, value); }

    /// <summary>Client sessions whose writes are remembered, as of the last report.</summary>
    public int Sessions { get => Volatile.Read(ref _sessions); internal set => Volatile.Write(ref _sessions, value); }

    internal void Elected() => Volatile.Write(ref _elections, _elections + 1);

    internal void LeaderChanged() => Volatile.Write(ref _leaderChanges, _leaderChanges + 1);

    internal void Transferred() => Volatile.Write(ref _transfers, _transfers + 1);

    internal void TransferFailed() => Volatile.Write(ref _transfersFailed, _transfersFailed + 1);

    internal void ApplyError() => Volatile.Write(ref _applyErrors, _applyErrors + 1);

    internal void Diverged() => Volatile.Write(ref _divergences, _divergences + 1);

    internal void Cut(long records) => Volatile.Write(ref _recordsCut, _recordsCut + records);

    internal void Parked() => Volatile.Write(ref _parkings, _parkings + 1);
}
