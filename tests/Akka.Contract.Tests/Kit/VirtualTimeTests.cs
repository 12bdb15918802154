using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Xunit;

namespace Akka.Contract.Tests.Kit;

public class VirtualTimeTests : PatientTestKit
{
    public VirtualTimeTests() : base(TestConfigs.TestSchedulerConfig)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nothing_fires_before_the_time_is_moved()
    {
        Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "late", ActorRefs.NoSender);
        Scheduler.Advance(TimeSpan.FromMinutes(59));
        ExpectNoMsg(20);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg("late");
    }

    [Fact]
    public void What_is_due_fires_in_the_order_of_its_time()
    {
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "second", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "first", ActorRefs.NoSender);
        Scheduler.Advance(TimeSpan.FromSeconds(10));
        ExpectMsg("first");
        ExpectMsg("second");
    }

    [Fact]
    public void A_repetition_fires_once_per_move_and_stops_when_cancelled()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Scheduler.ScheduleTellRepeatedly(
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TestActor, "tick", ActorRefs.NoSender, cancelable);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("tick");
        cancelable.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectNoMsg(20);
    }

    [Fact]
    public void Timers_of_actors_follow_the_virtual_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));
        actor.Tell("start");
        ExpectMsg("started");
        Scheduler.Advance(TimeSpan.FromDays(1));
        ExpectMsg("a day later");
    }

    [Fact]
    public void The_virtual_clock_moves_by_what_it_is_told()
    {
        var before = Sys.Scheduler.Now;
        Scheduler.Advance(TimeSpan.FromDays(3));
        Assert.Equal(TimeSpan.FromDays(3), Sys.Scheduler.Now - before);
    }

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef probe)
        {
            Receive<string>(text => text == "start", _ =>
            {
                Timers.StartSingleTimer("key", "a day later", TimeSpan.FromDays(1));
                Sender.Tell("started");
            });
            Receive<string>(text => probe.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
