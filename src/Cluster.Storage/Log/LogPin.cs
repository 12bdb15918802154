namespace Cluster.Storage.Log;

/// <summary>
/// Keeps the records behind an LSN in the log, whatever <see cref="ShardLog.ReleaseBelow"/> is told, until it is disposed, or revoked because it holds more than its
/// limit. It is this process's alone: a restart forgets it. Any thread.
/// </summary>
public sealed class LogPin : IDisposable
{
    private readonly LogPins _pins;
    private long _after;
    private long _bytesHeld;
    private int _revoked;

    internal LogPin(LogPins pins, Lsn after, long bytesMax)
    {
        _pins = pins;
        _after = after.Value;
        BytesMax = bytesMax;
    }

    /// <summary>Records behind this one are kept.</summary>
    public Lsn After => new(Volatile.Read(ref _after));

    /// <summary>Once this much is kept for the pin's sake alone, it is revoked.</summary>
    public long BytesMax { get; }

    /// <summary>File bytes that the last release would have freed but for pins as old as this one.</summary>
    public long BytesHeld => Volatile.Read(ref _bytesHeld);

    /// <summary>The records may be gone: who relied on them needs a snapshot again.</summary>
    public bool IsRevoked => Volatile.Read(ref _revoked) != 0;

    /// <summary>The records up to there are no longer needed. Going back changes nothing.</summary>
    public void Advance(Lsn after)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _after);
            if (after.Value <= seen || Interlocked.CompareExchange(ref _after, after.Value, seen) == seen)
                return;
        }
    }

    /// <summary>Lets go for the log's sake; the holder finds out by <see cref="IsRevoked"/>.</summary>
    public void Revoke()
    {
        Volatile.Write(ref _revoked, 1);
        _pins.Remove(this);
    }

    public void Dispose() => _pins.Remove(this);

    internal void NoteHeld(long bytes) => Volatile.Write(ref _bytesHeld, bytes);
}
