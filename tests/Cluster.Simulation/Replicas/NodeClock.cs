using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// The clocks of one node. The monotonic one has another offset and a slightly other rate than its peers', within what leases allow
/// for. The wall clock is nobody's friend: it drifts and jumps.
/// </summary>
public sealed class NodeClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EventLoop _loop;
    private readonly long _offset;
    private readonly double _rate;
    private long _wallOffset;

    public NodeClock(EventLoop loop, SimulationRandom random)
    {
        _loop = loop;
        _offset = random.Between(1, 1_000_000_000);
        _rate = 1 + random.Between(-20, 20) / 1000.0;
        _wallOffset = random.Between(-50_000, 50_000);
    }

    /// <summary>Monotonic, µs.</summary>
    public long Now => _offset + (long)(_loop.Now * _rate);

    /// <summary>From a moment on the monotonic clock to a delay in virtual time.</summary>
    public long DelayUntil(long local) => local <= Now ? 0 : (long)Math.Ceiling((local - Now) / _rate);

    /// <summary>Offset of the wall clock from true time, µs.</summary>
    public long WallOffset => _wallOffset;

    public void JumpTo(long wallOffset) => _wallOffset = wallOffset;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => Start.AddMicroseconds(_loop.Now + _wallOffset);
}
