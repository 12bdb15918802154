using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class SchedulerTests : PatientTestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public void Impossible_times_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(-1), TestActor, "x", TestActor));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellRepeatedly(Soon, TimeSpan.Zero, TestActor, "x", TestActor));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(-1), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.Advanced.ScheduleRepeatedly(Soon, TimeSpan.FromMilliseconds(-1), () => { }));
    }

    [Fact]
    public void A_told_message_comes_with_its_sender_and_not_before_its_time()
    {
        var begun = Sys.Scheduler.MonotonicClock;
        var probe = CreateTestProbe();
        Sys.Scheduler.ScheduleTellOnce(Soon, TestActor, "later", probe.Ref);
        ExpectMsg("later");
        Assert.Equal(probe.Ref, LastSender);
        Assert.True(Sys.Scheduler.MonotonicClock - begun >= Soon);
    }

    [Fact]
    public void A_repeated_message_ends_when_it_is_cancelled()
    {
        var repeated = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, Soon, TestActor, "again", ActorRefs.NoSender);
        ExpectMsg("again");
        ExpectMsg("again");
        ExpectMsg("again");
        repeated.Cancel();
        Assert.True(repeated.IsCancellationRequested);
        // What was under way comes before this; what would come later never does, or the second answer would not be next.
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "first", ActorRefs.NoSender);
        FishForMessage(m => m is "first");
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "second", ActorRefs.NoSender);
        ExpectMsg("second");
    }

    [Fact]
    public void What_is_cancelled_before_its_time_does_not_happen()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(Soon, TestActor, "cancelled", ActorRefs.NoSender, cancelable);
        cancelable.Cancel();
        Sys.Scheduler.ScheduleTellOnce(Soon, TestActor, "already", ActorRefs.NoSender, Cancelable.CreateCanceled());
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "end", ActorRefs.NoSender);
        ExpectMsg("end");
    }

    [Fact]
    public void A_cancelable_follows_its_timer_and_those_it_is_linked_to()
    {
        using var late = new ManualResetEventSlim();
        new Cancelable(Sys.Scheduler, Soon).Token.Register(late.Set);
        Assert.True(late.Wait(TimeSpan.FromSeconds(20)));

        var one = new Cancelable(Sys.Scheduler, Never);
        var other = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, one, other);
        Assert.False(linked.IsCancellationRequested);
        other.Cancel();
        Assert.True(linked.IsCancellationRequested);
        Assert.False(one.IsCancellationRequested);
        one.Cancel();
    }

    [Fact]
    public async Task Nothing_can_be_scheduled_in_a_system_that_has_ended()
    {
        var system = ActorSystem.Create("ended");
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { });
        await system.Terminate();
        Assert.Throws<SchedulerException>(() => system.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { }));
    }

    [Fact]
    public void An_action_that_throws_takes_nothing_else_with_it()
    {
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("planned"));
        Sys.Scheduler.ScheduleTellOnce(Soon, TestActor, "alive", ActorRefs.NoSender);
        ExpectMsg("alive");
    }
}
