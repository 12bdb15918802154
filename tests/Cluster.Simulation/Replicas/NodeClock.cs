using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// The clocks of one node. The monotonic one has another offset and a slightly other rate than its peers', within what leases allow
/// for. The wall clock is nobody's friend: it drifts and jumps.
/// </summary>
public sealed class NodeClock : TimeProvider
{
    /// <summary>Peers judge by what they heard so long ago, by their own clock; a message may have been under way for a while.</summary>
    public const long PastMicros = PeerClocks.FreshMicros + 5_000_000;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddTicks(SimulatedWorld.EpochMicros * TimeSpan.TicksPerMicrosecond);

    private readonly EventLoop _loop;
    private readonly long _offset;
    private readonly double _rate;
    private readonly double _wallDrift;
    private readonly List<(long Offset, long Until)> _past = [];
    private long _wallOffset;

    public NodeClock(EventLoop loop, SimulationRandom random)
    {
        _loop = loop;
        _offset = random.Between(1, 1_000_000_000);
        _rate = 1 + random.Between(-20, 20) / 1000.0;
        _wallDrift = random.Between(-1_000, 1_000) / 1e6;
        _wallOffset = random.Between(-50_000, 50_000);
    }

    /// <summary>Monotonic, µs.</summary>
    public long Now => _offset + (long)(_loop.Now * _rate);

    /// <summary>From a moment on the monotonic clock to a delay in virtual time.</summary>
    public long DelayUntil(long local) => local <= Now ? 0 : (long)Math.Ceiling((local - Now) / _rate);

    /// <summary>µs since 1970.</summary>
    public long Wall => SimulatedWorld.EpochMicros + _loop.Now + _wallOffset + (long)(_loop.Now * _wallDrift);

    /// <summary>It has not jumped further than right clocks may be off.</summary>
    public bool IsRight => Math.Abs(_wallOffset) <= 100_000;

    public void JumpTo(long wallOffset)
    {
        _past.RemoveAll(p => p.Until < _loop.Now - PastMicros);
        _past.Add((_wallOffset, _loop.Now));
        _wallOffset = wallOffset;
    }

    /// <summary>Whether the wall clock was off by about so much, now or within the last <see cref="PastMicros"/>.</summary>
    public bool WasOffBy(long offset, long tolerance)
    {
        if (Math.Abs(_wallOffset - offset) <= tolerance)
            return true;
        foreach ((long past, long until) in _past)
        {
            if (until >= _loop.Now - PastMicros && Math.Abs(past - offset) <= tolerance)
                return true;
        }

        return false;
    }

    /// <summary>What the wall clock is off by, and was within the last <see cref="PastMicros"/>; drift aside.</summary>
    public IEnumerable<long> Offsets => _past.Where(p => p.Until >= _loop.Now - PastMicros).Select(static p => p.Offset).Append(_wallOffset);

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks((Wall - SimulatedWorld.EpochMicros) * TimeSpan.TicksPerMicrosecond);
}
