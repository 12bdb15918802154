using Cluster.Actors.Peers;
using Cluster.Actors.Shards.Core;
using Cluster.Storage.Time;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Peers;

public sealed class NodeClocksTests
{
    private const long Second = 1_000_000;
    private static readonly Guid One = Guid.NewGuid();
    private static readonly Guid Two = Guid.NewGuid();
    private readonly ManualTimeProvider _time = new();
    private readonly HybridClock _hybrid;
    private readonly NodeClocks _clocks;

    public NodeClocksTests()
    {
        _hybrid = new HybridClock(_time);
        _clocks = new NodeClocks(_hybrid, _time);
    }

    [Fact]
    public void The_hybrid_clock_follows_what_peers_say_up_to_the_permitted_skew()
    {
        long now = _hybrid.MachineWall;
        Hear(One, 0, hybrid: 400_000);
        Assert.Equal(now + 400_001, _hybrid.Next());
        Assert.Equal(0, _clocks.Refused);
        Hear(One, 0, hybrid: 600_000);
        Assert.Equal(now + 400_002, _hybrid.Next());
        Assert.Equal(1, _clocks.Refused);
    }

    [Fact]
    public void A_peer_whose_clock_is_hours_ahead_carries_nobody_off_and_accuses_nobody()
    {
        long now = _hybrid.Next();
        Assert.False(Hear(One, 3600 * Second, hybrid: 3600 * Second));
        Assert.False(Hear(Two, 100));
        Assert.Equal(ClockVerdict.Trusted, _clocks.Verdict);
        Assert.Equal(now + 1, _hybrid.Next());
    }

    [Fact]
    public void Two_peers_that_agree_find_the_own_clock_wrong_and_the_hybrid_clock_goes_by_theirs()
    {
        long now = _hybrid.Next();
        Assert.False(Hear(One, 5 * Second));
        Assert.True(Hear(Two, 5 * Second + 1_000));
        Assert.True(_clocks.IsWrong);
        Assert.InRange(_hybrid.Next(), now + 5 * Second, now + 5 * Second + 2_000);
        _time.Leap(TimeSpan.FromSeconds(5));
        Hear(One, 0);
        Hear(Two, 0);
        Assert.False(_clocks.IsWrong);
        Assert.InRange(_hybrid.Next(), now + 5 * Second, now + 5 * Second + 2_000);
    }

    [Fact]
    public void A_leap_of_the_own_clock_is_not_followed_while_peers_have_another_time()
    {
        Hear(One, 0);
        Hear(Two, 0);
        long now = _hybrid.Next();
        _time.Leap(TimeSpan.FromMinutes(10));
        Assert.Equal(now + 1, _hybrid.Next());
        // What the other peer said before the leap must not speak for the new time.
        Hear(One, -600 * Second);
        Assert.Equal(now + 2, _hybrid.Next());
        Hear(Two, -600 * Second);
        Assert.True(_clocks.IsWrong);
        Assert.Equal(now + 3, _hybrid.Next());
        Assert.Equal(1, _clocks.Leaps);
        _time.Leap(TimeSpan.FromMinutes(-10));
        Hear(One, 0);
        Assert.True(Hear(Two, 0) || !_clocks.IsWrong);
        Assert.Equal(now + 4, _hybrid.Next());
    }

    [Fact]
    public void A_leap_that_a_peer_confirms_is_followed()
    {
        Hear(One, 0);
        long now = _hybrid.Next();
        _time.Leap(TimeSpan.FromMinutes(10)); // The machine was asleep.
        Assert.Equal(now + 1, _hybrid.Next());
        Hear(One, 0);
        Assert.Equal(now + 600 * Second, _hybrid.Next());
        Assert.Equal(ClockVerdict.Trusted, _clocks.Verdict);
    }

    [Fact]
    public void A_node_that_left_the_cluster_has_no_say()
    {
        Hear(One, 5 * Second);
        Hear(Two, 5 * Second);
        Assert.True(_clocks.IsWrong);
        _clocks.Forget(One);
        Hear(Two, 5 * Second);
        Assert.False(_clocks.IsWrong);
    }

    /// <summary>A frame whose sender's clocks differ so much from the own wall clock, µs.</summary>
    private bool Hear(Guid peer, long wall, long hybrid = 0) =>
        _clocks.Heard(peer, _hybrid.MachineWall + wall, hybrid == 0 ? 0 : _hybrid.MachineWall + hybrid);
}
