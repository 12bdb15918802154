using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class StashAndTimerTests : PatientTestKit
{
    [Fact]
    public void The_stash_is_null_in_the_constructor_and_the_timers_are_not()
    {
        var actor = Sys.ActorOf(Props.Create(() => new CuriousActor()));
        actor.Tell("what was there?");
        ExpectMsg((true, false));
    }

    [Fact]
    public void Stashing_one_message_twice_is_refused()
    {
        var actor = Sys.ActorOf(Props.Create(() => new DoubleStasher()));
        EventFilter.Exception<IllegalActorStateException>().ExpectOne(() => actor.Tell("twice"));
    }

    [Fact]
    public void Unstashed_messages_come_first_in_their_order_with_their_senders()
    {
        var probe = CreateTestProbe();
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new OpeningActor(gate.Task)));
        actor.Tell("1");
        probe.Send(actor, "2");
        actor.Tell("open");
        actor.Tell("3");
        gate.SetResult();
        ExpectMsg("1");
        ExpectMsg("3");
        probe.ExpectMsg("2");
    }

    [Fact]
    public void What_is_still_stashed_when_an_actor_stops_becomes_dead_letters()
    {
        var actor = Sys.ActorOf(Props.Create(() => new OpeningActor(Task.CompletedTask)));
        actor.Tell("stashed");
        EventFilter.DeadLetter<string>(text => text == "stashed").ExpectOne(() =>
        {
            actor.Tell(PoisonPill.Instance);
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void A_timer_that_was_replaced_does_not_tick_even_if_its_tick_was_queued()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));
        actor.Tell("replace a due timer");
        ExpectMsg("new");
        ExpectNoMsg(TimeSpan.FromMilliseconds(80));
    }

    [Fact]
    public void A_cancelled_timer_does_not_tick_even_if_its_tick_was_queued()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));
        actor.Tell("cancel a due timer");
        ExpectMsg("cancelled");
        ExpectNoMsg(TimeSpan.FromMilliseconds(80));
    }

    [Fact]
    public void A_periodic_timer_repeats_until_cancelled()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));
        actor.Tell("repeat");
        ExpectMsg("tick");
        ExpectMsg("tick");
        ExpectMsg("tick");
    }

    [Fact]
    public void A_receive_timeout_comes_when_idle_and_not_before()
    {
        var actor = Sys.ActorOf(Props.Create(() => new IdleActor(TestActor)));
        actor.Tell("start");
        ExpectMsg("idle");
        actor.Tell("off");
        ExpectMsg("off");
        ExpectNoMsg(TimeSpan.FromMilliseconds(120));
    }

    private sealed class CuriousActor : ReceiveActor, IWithUnboundedStash, IWithTimers
    {
        public CuriousActor()
        {
            var seen = (Stash is null, Timers is null);
            ReceiveAny(_ => Sender.Tell(seen));
        }

        public IStash Stash { get; set; } = null!;

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class DoubleStasher : ReceiveActor, IWithUnboundedStash
    {
        public DoubleStasher()
        {
            ReceiveAny(_ =>
            {
                Stash.Stash();
                Stash.Stash();
            });
        }

        public IStash Stash { get; set; } = null!;

        protected override void PreRestart(Exception reason, object message) => Stash.ClearStash();
    }

    private sealed class OpeningActor : ReceiveActor, IWithUnboundedStash
    {
        public OpeningActor(Task gate)
        {
            Receive<string>(text => text == "open", _ =>
            {
                gate.Wait(TimeSpan.FromSeconds(10));
                Stash.UnstashAll();
                Become(() => ReceiveAny(message => Sender.Tell(message)));
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef probe)
        {
            Receive<string>(text => text == "replace a due timer", _ =>
            {
                StartAndMiss("old");
                Timers.StartSingleTimer("key", "new", TimeSpan.FromMilliseconds(10));
            });
            Receive<string>(text => text == "cancel a due timer", _ =>
            {
                StartAndMiss("old");
                Timers.Cancel("key");
                probe.Tell("cancelled");
            });
            Receive<string>(text => text == "repeat", _ => Timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(20)));
            Receive<string>(text => probe.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        /// <summary>Holds the actor's thread until the tick must be in the mailbox.</summary>
        private void StartAndMiss(string message)
        {
            Timers.StartSingleTimer("key", message, TimeSpan.FromMilliseconds(1));
            using var clock = new ManualResetEventSlim();
            clock.Wait(TimeSpan.FromMilliseconds(60));
        }
    }

    private sealed class IdleActor : ReceiveActor
    {
        public IdleActor(IActorRef probe)
        {
            Receive<string>(text => text == "start", _ => SetReceiveTimeout(TimeSpan.FromMilliseconds(50)));
            Receive<string>(text => text == "off", _ =>
            {
                SetReceiveTimeout(null);
                probe.Tell("off");
            });
            Receive<ReceiveTimeout>(_ => probe.Tell("idle"));
        }
    }
}
