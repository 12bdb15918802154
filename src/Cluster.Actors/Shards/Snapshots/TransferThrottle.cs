namespace Cluster.Actors.Shards;

/// <summary>
/// How fast all snapshots that leave a node may go together. Without clients as fast as the disk and the link allow; beside clients at a rate that leaves them
/// most of the machine, but never slower than <see cref="FloorBytesPerSecond"/>, and always faster than the logs grow: a transfer that does not gain
/// on the log would never end. Any thread.
/// </summary>
public sealed class TransferThrottle(TimeProvider time)
{
    /// <summary>Beside clients a transfer has at least this: 1 GB in half a minute.</summary>
    public const long FloorBytesPerSecond = 40L << 20;

    /// <summary>By how much a transfer is to gain on the log.</summary>
    private const double GrowthFactor = 1.5;

    /// <summary>More commands per second than this are clients; fewer are a sign of life.</summary>
    private const double QuietCommandsPerSecond = 200;

    private const long WindowMicros = 250_000;

    /// <summary>Bytes that may be caught up at once: what a tick's delay has cost.</summary>
    private const long BurstBytes = 2L << 20;

    private readonly Lock _gate = new();
    private readonly MonotonicClock _clock = new(time);
    private long _windowSince;
    private long _windowCommands;
    private long _windowBytes;
    private double _rate = double.PositiveInfinity;
    private double _tokens = BurstBytes;
    private long _filledAt;
    private double _growth;

    /// <summary>Bytes per second that snapshots may take now; infinite without clients.</summary>
    public double BytesPerSecond
    {
        get
        {
            lock (_gate) return _rate;
        }
    }

    /// <summary>Bytes per second by which the logs of this node grow.</summary>
    public double GrowthBytesPerSecond
    {
        get
        {
            lock (_gate) return _growth;
        }
    }

    /// <summary>What clients have done on this node since the last call.</summary>
    public void Note(long commands, long appendedBytes)
    {
        lock (_gate)
        {
            _windowCommands += commands;
            _windowBytes += appendedBytes;
            Turn(_clock.Now);
        }
    }

    /// <summary>Takes that many bytes, or says in how many µs they can be had.</summary>
    public bool TryTake(int bytes, out long waitMicros)
    {
        waitMicros = 0;
        lock (_gate)
        {
            long now = _clock.Now;
            Turn(now);
            if (double.IsPositiveInfinity(_rate)) return true;
            _tokens = Math.Min(BurstBytes, _tokens + (now - _filledAt) * _rate / 1e6);
            _filledAt = now;
            if (_tokens <= 0)
            {
                waitMicros = Math.Max(1_000, (long)((bytes - _tokens) / _rate * 1e6));
                return false;
            }

            // Below zero for once, so that a chunk larger than what is left is not kept waiting for ever.
            _tokens -= bytes;
            return true;
        }
    }

    private void Turn(long now)
    {
        long elapsed = now - _windowSince;
        if (elapsed < WindowMicros) return;
        double commands = _windowCommands * 1e6 / elapsed;
        _growth = _windowBytes * 1e6 / elapsed;
        bool wasFree = double.IsPositiveInfinity(_rate);
        _rate = commands < QuietCommandsPerSecond && _growth < FloorBytesPerSecond / 8.0 ? double.PositiveInfinity : Math.Max(FloorBytesPerSecond, _growth * GrowthFactor);
        if (wasFree) (_tokens, _filledAt) = (0, now);
        _windowSince = now;
        _windowCommands = _windowBytes = 0;
    }
}
