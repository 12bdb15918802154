namespace Cluster.Actors.Shards;

/// <summary>
/// How replicas of a shard have come back, and what that has cost, since the node started. One writer (the shard's actor), any reader; refreshed a few times per second.
/// </summary>
public sealed class ResyncCounters
{
    private long _partial;
    private long _full;
    private long _needed;
    private long _neededEmpty;
    private long _received;
    private long _sent;
    private long _served;
    private long _slowedMicros;
    private long _slowedBefore;
    private long _slowedLast;
    private double _writersLimit = double.PositiveInfinity;
    private volatile string _lastCause = "";

    /// <summary>How often this replica has caught up from a leader's log after a start or a break of the link.</summary>
    public long Partial => Volatile.Read(ref _partial);

    /// <summary>How often a snapshot took the place of this replica's data.</summary>
    public long Full => Volatile.Read(ref _full);

    /// <summary>How often it was found that the leader's log does not reach back to this replica, because it was away for too long.</summary>
    public long NeededBehind => Volatile.Read(ref _needed);

    /// <summary>The same, because it was empty: new, or its data was lost.</summary>
    public long NeededEmpty => Volatile.Read(ref _neededEmpty);

    /// <summary>With the numbers that led to the newest of these; empty: there was none.</summary>
    public string LastCause => _lastCause;

    /// <summary>Bytes of snapshots that came, repetitions included.</summary>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>Bytes of snapshots that this replica has sent to others, repetitions included.</summary>
    public long BytesSent => Volatile.Read(ref _sent);

    /// <summary>Snapshots of this replica that others have installed.</summary>
    public long Served => Volatile.Read(ref _served);

    /// <summary>For how long writers were slowed for the sake of a copy, µs.</summary>
    public long WritersSlowedMicros => Volatile.Read(ref _slowedMicros);

    /// <summary>Bytes of log per second that writers may append now; infinite: they are free.</summary>
    public double WritersLimit => Volatile.Read(ref _writersLimit);

    internal void CaughtUpFromLog() => Volatile.Write(ref _partial, _partial + 1);

    internal void Installed(long full) => Volatile.Write(ref _full, full);

    internal void Needed(bool empty, string cause)
    {
        if (empty) Volatile.Write(ref _neededEmpty, _neededEmpty + 1);
        else Volatile.Write(ref _needed, _needed + 1);
        _lastCause = cause;
    }

    internal void Sent(long bytes, long snapshots)
    {
        Volatile.Write(ref _sent, _sent + bytes);
        Volatile.Write(ref _served, _served + snapshots);
    }

    internal void Received(long bytes) => Volatile.Write(ref _received, _received + bytes);

    /// <param name="slowedMicros">Of the replica that runs: the one that follows it after a reopening begins at 0.</param>
    internal void Slowed(double limit, long slowedMicros)
    {
        Volatile.Write(ref _writersLimit, limit);
        if (slowedMicros < _slowedLast) _slowedBefore += _slowedLast;
        _slowedLast = slowedMicros;
        Volatile.Write(ref _slowedMicros, _slowedBefore + slowedMicros);
    }
}
