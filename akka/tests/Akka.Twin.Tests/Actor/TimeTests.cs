using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class TimeTests : SystemFixture
{
    [Fact]
    public void Timers_fire_not_early_and_in_the_order_of_their_times()
    {
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(m) }.Props);
        long start = Stopwatch.GetTimestamp();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(90), actor, 3, ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(30), actor, 1, ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(60), actor, 2, ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, actor, 0, ActorRefs.NoSender);
        Assert.Equal(new object[] { 0, 1, 2, 3 }, Next(4));
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(90));
    }

    [Fact]
    public void A_cancelled_timer_is_taken_out_of_the_wheel_and_a_repeated_one_ends()
    {
        ICancelable far = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromHours(1), Sys.DeadLetters, "x", ActorRefs.NoSender);
        far.Cancel();
        Assert.True(far.IsCancellationRequested);
        Assert.True(far.Token.IsCancellationRequested);
        int count = 0;
        Cancelable ticks = new(Sys.Scheduler);
        Sys.Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), () =>
        {
            if (++count != 3) return;
            ticks.Cancel();
            Report("third");
        }, ticks);
        Assert.Equal("third", Next());
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(60), () => Report(count));
        Assert.Equal(3, Next());
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(-1), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Sys.Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.Zero, () => { }));
    }

    [Fact]
    public void Many_timers_beyond_one_turn_of_the_wheel_all_fire_once()
    {
        using HashedWheelTimerScheduler scheduler = new(
            Akka.Configuration.ConfigurationFactory.ParseString("akka.scheduler { tick-duration = 1ms, ticks-per-wheel = 16 }"), Sys.Log);
        const int count = 2000;
        int[] fired = new int[count];
        using CountdownEvent all = new(count);
        Random random = new(7);
        Parallel.For(0, count, i =>
        {
            int delay;
            lock (random) delay = random.Next(150);
            long due = Stopwatch.GetTimestamp() + delay * Stopwatch.Frequency / 1000;
            scheduler.ScheduleOnce(TimeSpan.FromMilliseconds(delay), new Akka.Dispatch.ActionRunnable(() =>
            {
                if (Stopwatch.GetTimestamp() < due) Report("early");
                fired[i]++;
                all.Signal();
            }));
        });
        Assert.True(all.Wait(Limit));
        Assert.All(fired, static n => Assert.Equal(1, n));
        Assert.Empty(Rest());
        scheduler.Dispose();
        Assert.Throws<SchedulerException>(() => scheduler.ScheduleOnce(TimeSpan.Zero, new Akka.Dispatch.ActionRunnable(() => { })));
    }

    [Fact]
    public void A_replaced_or_cancelled_timers_tick_that_is_in_the_mailbox_is_discarded()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Timed(Report)));
        actor.Tell("replace");
        Assert.Equal(new object[] { "replaced", "new" }, Next(2));
        actor.Tell("periodic");
        Assert.Equal(new object[] { "tick", "tick", "tick", "cancelled" }, Next(4));
        Drain(actor);
        Assert.Empty(Rest());
    }

    [Fact]
    public void The_receive_timeout_repeats_while_idle_and_ends_when_told()
    {
        int timeouts = 0;
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnPreStart = self => self.Own.SetReceiveTimeout(TimeSpan.FromMilliseconds(20)),
            OnMessage = (self, m) =>
            {
                if (m is not ReceiveTimeout) return;
                Report("timeout");
                if (++timeouts == 2) self.Own.SetReceiveTimeout(null);
            },
        }.Props);
        Assert.Equal(new object[] { "timeout", "timeout" }, Next(2));
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(80), () => Report("later"));
        Assert.Equal("later", Next());
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(Action<object> report)
        {
            int ticks = 0;
            Receive<string>(m => m == "replace", _ =>
            {
                Timers.StartSingleTimer("key", "old", TimeSpan.Zero);
                // Until the old tick lies in the mailbox.
                SpinWait.SpinUntil(() => ((ActorCell)Context).HasMessages, Limit);
                report("replaced");
                Timers.StartSingleTimer("key", "new", TimeSpan.FromMilliseconds(20));
            });
            Receive<string>(m => m == "periodic", _ => Timers.StartPeriodicTimer("p", "tick", TimeSpan.FromMilliseconds(5)));
            Receive<string>(m =>
            {
                report(m);
                if (m != "tick" || ++ticks < 3) return;
                Timers.Cancel("p");
                report(Timers.IsTimerActive("p") ? "active" : "cancelled");
            });
        }

        public ITimerScheduler Timers { get; set; }
    }
}
