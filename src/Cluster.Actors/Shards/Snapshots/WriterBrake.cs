namespace Cluster.Actors.Shards;

/// <summary>How the slowest transfer of a shard is, as of now.</summary>
/// <param name="BytesLeft">Of the snapshot, not acknowledged by its receiver; above 0.</param>
/// <param name="LogBytesLeft">By which the log may grow before what follows the snapshot can no longer be kept; <see cref="long.MaxValue"/> while that is far.</param>
internal readonly record struct TransferPace(long BytesLeft, long LogBytesLeft);

/// <summary>
/// Slows the writers of a shard while one of its replicas gets a new copy more slowly than the log grows: such a transfer would end behind a log that is released
/// already, and begin anew for ever. Most transfers never meet it, since <see cref="TransferThrottle"/> lets them go faster than the log grows; it is for a link
/// or a disk that cannot. Of the shard's actor; no clock inside.
/// </summary>
/// <remarks>
/// Invariants: (B1) it holds nobody unless a receiver that was heard lately still misses bytes: a replica that is away or dead slows nobody. (B2) writers keep at least
/// the floor. (B3) what is held has not been evaluated, and is refused definitely after the write time-out. A crash leaves nothing.
/// </remarks>
internal sealed class WriterBrake(long floorBytesPerSecond)
{
    /// <summary>Over which speeds are measured.</summary>
    internal const long WindowMicros = 500_000;

    /// <summary>The copy has to be faster than the log by so much.</summary>
    private const double Gain = 1.25;

    /// <summary>Part of the log's remaining room that writers may fill while the rest of the copy comes: verifying and opening it take their time as well.</summary>
    private const double RoomShare = 0.7;

    /// <summary>Windows in a row that are too slow before anybody is held: a burst is no trend.</summary>
    private const int SlowWindows = 2;

    /// <summary>Windows in a row in which writers ask for much less than they may, before they are free.</summary>
    private const int ModestWindows = 4;

    /// <summary>What writers may catch up at once, as time at their speed.</summary>
    private const double BurstSeconds = 0.1;

    /// <summary>What one large write may cost those behind it, as time at their speed: well below any write time-out.</summary>
    private const double DebtSeconds = 2;

    private long _windowAt;
    private long _windowAppended;
    private long _windowLeft = long.MaxValue;
    private int _slow;
    private int _modest;
    private long _since;
    private double _limit = double.PositiveInfinity;
    private double _tokens;
    private long _filledAt;
    private long _taken;

    public bool IsOn => _limit < double.PositiveInfinity;

    /// <summary>What writers may append, bytes per second; infinite while they are free.</summary>
    public double BytesPerSecond => _limit;

    /// <summary>Of the last window, bytes per second.</summary>
    public double TransferBytesPerSecond { get; private set; }

    public double GrowthBytesPerSecond { get; private set; }

    /// <summary>For how long writers have been slowed since the beginning, µs, without the time that runs.</summary>
    public long SlowedMicros { get; private set; }

    /// <summary>For how long they have been now, µs.</summary>
    public long SlowedNow(long now) => IsOn ? now - _since : 0;

    /// <summary>With every tick.</summary>
    /// <param name="pace">Of the slowest transfer that is under way (B1); null: there is none.</param>
    /// <param name="appended">Bytes appended to the log since it was opened.</param>
    /// <returns>True if writers are held from now on, or free from now on: something to tell.</returns>
    public bool Update(TransferPace? pace, long appended, long now)
    {
        if (pace is not { } transfer)
        {
            _windowLeft = long.MaxValue;
            _slow = 0;
            return Release(now);
        }

        // Another transfer, or one that began anew: its speed shows at the end of a window of its own.
        if (transfer.BytesLeft > _windowLeft || _windowLeft == long.MaxValue)
        {
            (_windowAt, _windowAppended, _windowLeft) = (now, appended, transfer.BytesLeft);
            return false;
        }

        long elapsed = now - _windowAt;
        if (elapsed < WindowMicros) return false;
        TransferBytesPerSecond = (_windowLeft - transfer.BytesLeft) * 1e6 / elapsed;
        GrowthBytesPerSecond = (appended - _windowAppended) * 1e6 / elapsed;
        (_windowAt, _windowAppended, _windowLeft) = (now, appended, transfer.BytesLeft);

        double bearable = Bearable(transfer);
        if (!IsOn)
        {
            _slow = GrowthBytesPerSecond > bearable ? _slow + 1 : 0;
            if (_slow < SlowWindows) return false;
            (_since, _filledAt, _taken, _tokens) = (now, now, appended, 0);
            _limit = bearable;
            return true;
        }

        // Who asks for much less than he may is not held any more; a pause is no sign of that.
        _modest = GrowthBytesPerSecond < _limit / 2 ? _modest + 1 : 0;
        if (_modest >= ModestWindows) return Release(now);
        _limit = bearable;
        return false;
    }

    /// <summary>Whether a write may be evaluated now.</summary>
    public bool MayWrite(long appended, long now)
    {
        if (!IsOn) return true;
        _tokens = Math.Clamp(_tokens + (now - _filledAt) * _limit / 1e6 - (appended - _taken), -_limit * DebtSeconds, _limit * BurstSeconds);
        (_filledAt, _taken) = (now, appended);
        return _tokens > 0;
    }

    private double Bearable(in TransferPace transfer)
    {
        double byRoom = transfer.LogBytesLeft == long.MaxValue ? double.PositiveInfinity : TransferBytesPerSecond * RoomShare * Math.Max(0, transfer.LogBytesLeft) / transfer.BytesLeft;
        return Math.Max(floorBytesPerSecond, Math.Min(TransferBytesPerSecond / Gain, byRoom));
    }

    private bool Release(long now)
    {
        if (!IsOn) return false;
        _limit = double.PositiveInfinity;
        _slow = _modest = 0;
        SlowedMicros += now - _since;
        return true;
    }
}
