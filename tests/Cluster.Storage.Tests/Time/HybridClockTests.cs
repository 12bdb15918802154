using Cluster.Storage.Time;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Time;

public sealed class HybridClockTests
{
    [Fact]
    public void The_clock_goes_back_with_the_wall_clock()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time);
        var first = clock.Next();
        time.Advance(TimeSpan.FromSeconds(-10));
        Assert.Equal(first + 1, clock.Next());
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(first + 10_000_000, clock.Next());
    }

    [Fact]
    public void A_peer_with_a_wrong_clock_carries_the_others_off()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time, TimeSpan.FromMilliseconds(500));
        var now = clock.Next();
        Assert.True(clock.Observe(now + 400_000));
        Assert.Equal(now + 400_001, clock.Next());
        Assert.False(clock.Observe(now + 600_000));
        Assert.Equal(now + 400_002, clock.Next());
        clock.Restore(now + 9_000_000);
        Assert.Equal(now + 9_000_001, clock.Next());
    }

    [Fact]
    public void A_leap_of_the_wall_clock_is_written_into_logs_before_anybody_was_asked()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time, TimeSpan.FromMilliseconds(500));
        clock.Guard();
        var now = clock.Next();
        time.Leap(TimeSpan.FromMinutes(10));
        Assert.True(clock.HoldsBack);
        Assert.Equal(now + 1, clock.Next());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(now + 1_000_000, clock.Next());
        clock.Believe();
        Assert.False(clock.HoldsBack);
        Assert.Equal(now + 601_000_000, clock.Next());
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_after_a_leap_is_held_back_for_good()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time, TimeSpan.FromMilliseconds(500));
        clock.Guard();
        var now = clock.Next();
        time.Leap(TimeSpan.FromMinutes(10));
        clock.Next();
        time.Leap(TimeSpan.FromMinutes(-10));
        Assert.False(clock.HoldsBack);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(now + 1_000_000, clock.Next());
    }

    [Fact]
    public void Drift_of_the_wall_clock_is_taken_for_a_leap()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time, TimeSpan.FromMilliseconds(500));
        clock.Guard();
        var now = clock.Next();
        for (var i = 0; i < 100; i++)
        {
            time.Leap(TimeSpan.FromMilliseconds(10));
            clock.Next();
        }

        Assert.False(clock.HoldsBack);
        Assert.Equal(now + 1_000_000, clock.Last);
    }

    [Fact]
    public void Without_peers_a_leap_is_never_followed()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time);
        var now = clock.Next();
        time.Leap(TimeSpan.FromMinutes(10));
        Assert.Equal(now + 600_000_000, clock.Next());
    }

    [Fact]
    public void A_node_that_leads_on_with_a_wrong_clock_writes_the_wrong_time()
    {
        var time = new ManualTimeProvider();
        var clock = new HybridClock(time);
        clock.Guard();
        var now = clock.Next();
        clock.Correct(3_000_000);
        Assert.Equal(now + 3_000_000, clock.Next());
    }

    [Fact]
    public void Two_threads_get_the_same_time()
    {
        var clock = new HybridClock(new ManualTimeProvider());
        var values = new long[4][];
        var threads = new Thread[4];
        for (var t = 0; t < threads.Length; t++)
        {
            var mine = values[t] = new long[20_000];
            threads[t] = new Thread(() =>
            {
                for (var i = 0; i < mine.Length; i++)
                    mine[i] = clock.Next();
            });
            threads[t].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        Assert.All(values, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(80_000, values.SelectMany(mine => mine).Distinct().Count());
    }
}
