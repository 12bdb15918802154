using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>Figures in bytes per second over simulated time: a copy of 100 MB whose speed, and the log's growth, each test says.</summary>
public sealed class WriterBrakeTests
{
    private const long Floor = 2_000_000;
    private const long StepMicros = 10_000;

    private readonly WriterBrake _brake = new(Floor);
    private long _now = 1;
    private long _appended;
    private long _left = 100_000_000;

    [Fact]
    public void A_copy_that_is_faster_than_the_log_slows_nobody()
    {
        Run(seconds: 5, transfer: 12_500_000, demand: 9_000_000);
        Assert.False(_brake.IsOn);
        Assert.Equal(0, _brake.SlowedMicros);
    }

    [Fact]
    public void Writers_faster_than_a_copy_are_slowed_below_its_speed()
    {
        Run(seconds: 2, transfer: 10_000_000, demand: 30_000_000);
        Assert.True(_brake.IsOn);
        long before = _appended;
        Run(seconds: 4, transfer: 10_000_000, demand: 30_000_000);
        Assert.InRange((_appended - before) / 4, 6_000_000, 9_000_000);
    }

    [Fact]
    public void A_copy_that_stands_still_leaves_writers_the_floor()
    {
        Run(seconds: 2, transfer: 0, demand: 30_000_000);
        long before = _appended;
        Run(seconds: 4, transfer: 0, demand: 30_000_000);
        Assert.InRange((_appended - before) / 4, Floor * 0.9, Floor * 1.2);
    }

    [Fact]
    public void A_log_that_would_be_released_before_the_copy_ends_slows_writers_though_the_copy_is_faster()
    {
        Run(seconds: 2, transfer: 10_000_000, demand: 6_000_000, room: 5_000_000);
        Assert.True(_brake.IsOn);
        Assert.True(_brake.BytesPerSecond < 6_000_000);
    }

    [Fact]
    public void Writers_are_free_once_the_copy_has_ended_and_the_time_is_counted()
    {
        Run(seconds: 3, transfer: 1_000_000, demand: 30_000_000);
        Assert.True(_brake.IsOn);
        Assert.True(_brake.Update(pace: null, _appended, _now));
        Assert.False(_brake.IsOn);
        Assert.True(_brake.MayWrite(_appended, _now));
        Assert.InRange(_brake.SlowedMicros, 1_000_000, 3_000_000);
        Assert.False(_brake.Update(pace: null, _appended, _now));
    }

    [Fact]
    public void One_large_write_holds_up_the_others_for_seconds_at_most()
    {
        Run(seconds: 2, transfer: 0, demand: 30_000_000);
        Assert.True(_brake.IsOn);
        _appended += 64 << 20;
        Assert.False(_brake.MayWrite(_appended, _now));
        _now += 2_100_000;
        Assert.True(_brake.MayWrite(_appended, _now));
    }

    [Fact]
    public void Writers_that_ask_for_little_are_not_held_any_more()
    {
        Run(seconds: 3, transfer: 10_000_000, demand: 30_000_000);
        Assert.True(_brake.IsOn);
        Run(seconds: 3, transfer: 10_000_000, demand: 500_000);
        Assert.False(_brake.IsOn);
    }

    [Fact]
    public void A_copy_that_begins_anew_is_judged_by_its_own_speed()
    {
        Run(seconds: 1, transfer: 20_000_000, demand: 10_000_000);
        _left = 100_000_000;
        Run(seconds: 3, transfer: 20_000_000, demand: 10_000_000);
        Assert.False(_brake.IsOn);
    }

    private void Run(int seconds, long transfer, long demand, long room = long.MaxValue)
    {
        for (long end = _now + seconds * 1_000_000L; _now < end;)
        {
            _now += StepMicros;
            _left = Math.Max(1, _left - transfer * StepMicros / 1_000_000);
            _brake.Update(new TransferPace(_left, room), _appended, _now);
            for (long wanted = demand * StepMicros / 1_000_000; wanted > 0 && _brake.MayWrite(_appended, _now); wanted -= 1_000) _appended += 1_000;
        }
    }
}
