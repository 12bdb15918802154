using Akka.Actor;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.Kit;

public class WaitingTests : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void Within_limits_the_waits_inside_it()
    {
        var left = TimeSpan.MaxValue;
        Assert.ThrowsAny<XunitException>(() => Within(Short, () =>
        {
            left = RemainingOrDefault;
            ExpectMsg<string>();
        }));
        Assert.InRange(left, TimeSpan.Zero, Short);
    }

    [Fact]
    public void Within_fails_what_is_too_fast_or_too_slow()
    {
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), () => { }));
        using var clock = new ManualResetEventSlim();
        Assert.ThrowsAny<XunitException>(() => Within(Short, () => clock.Wait(Short * 2)));
        Assert.Equal(5, Within(TimeSpan.FromSeconds(10), () => 5));
    }

    [Fact]
    public async Task Within_awaits_as_well()
    {
        TestActor.Tell("now");
        Assert.Equal("now", await WithinAsync(TimeSpan.FromSeconds(10), async () => await ExpectMsgAsync<string>()));
        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Short, async () => { await ExpectMsgAsync<string>(); }));
    }

    [Fact]
    public void Remaining_is_known_only_inside_of_within()
    {
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Within(TimeSpan.FromSeconds(10), () => Assert.InRange(Remaining, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_condition_is_looked_at_until_it_holds()
    {
        var looks = 0;
        AwaitCondition(() => ++looks == 3, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));
        Assert.Equal(3, looks);
        await AwaitConditionAsync(() => ++looks == 6, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short));
        Assert.False(AwaitConditionNoThrow(() => false, Short));
    }

    [Fact]
    public async Task An_assertion_is_repeated_until_it_holds_and_its_last_failure_is_thrown()
    {
        var looks = 0;
        AwaitAssert(() => Assert.Equal(3, ++looks), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));
        var error = Assert.ThrowsAny<XunitException>(() => AwaitAssert(() => Assert.Fail($"look {++looks}"), Short, TimeSpan.FromMilliseconds(20)));
        Assert.Equal($"look {looks}", error.Message);
        looks = 0;
        await AwaitAssertAsync(() => Assert.Equal(3, ++looks), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public void A_latch_opens_when_it_is_counted_down()
    {
        var latch = CreateTestLatch(2);
        Assert.Throws<TimeoutException>(() => latch.Ready(Short));
        latch.CountDown();
        Assert.False(latch.IsOpen);
        latch.CountDown();
        latch.Ready();
    }

    [Fact]
    public void Watch_has_taken_effect_when_it_returns()
    {
        var probe = CreateTestProbe();
        Watch(probe.Ref);
        Sys.Stop(probe.Ref);
        ExpectTerminated(probe.Ref);

        var other = CreateTestProbe();
        Watch(other.Ref);
        Unwatch(other.Ref);
        Sys.Stop(other.Ref);
        ExpectNoMsg(Short);
    }
}
