using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class RestartTests : PatientTestKit
{
    private int _numbers;

    [Fact]
    public void A_restart_loses_only_the_failing_message_and_nobody_is_told_of_a_death()
    {
        var actor = Sys.ActorOf(Props.Create(() => new HookedActor("a", TestActor)), "a");
        Watch(actor);
        ExpectHooks("a: constructor", "a: PreStart");

        actor.Tell("1");
        actor.Tell("fail");
        actor.Tell("3");

        ExpectHooks("a: 1", "a: PreRestart fail", "a: PostStop", "a: constructor", "a: PostRestart", "a: PreStart", "a: 3");
        Assert.Equal(actor, LastSender);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("a: PostStop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void The_new_instance_is_made_only_when_the_stopped_children_are_gone()
    {
        var actor = Sys.ActorOf(Props.Create(() => new HookedActor("a", TestActor)), "a");
        ExpectHooks("a: constructor", "a: PreStart");
        var asker = CreateTestProbe();
        asker.Send(actor, new Spawn("child"));
        ExpectHooks("child: constructor", "child: PreStart");
        asker.ExpectMsg<IActorRef>();

        actor.Tell("fail");

        // The old instance's own PostStop runs after the stop of the child was asked for, not after it is done.
        var messages = Enumerable.Range(0, 6).Select(_ => ExpectMsg<string>()).ToList();
        Assert.True(messages.IndexOf("a: PreRestart fail") < messages.IndexOf("a: PostStop"));
        Assert.True(messages.IndexOf("child: PostStop") < messages.LastIndexOf("a: constructor"));
        Assert.Equal(["a: constructor", "a: PostRestart", "a: PreStart"], messages[3..]);

        // Its name is free again.
        asker.Send(actor, new Spawn("child"));
        ExpectHooks("child: constructor", "child: PreStart");
    }

    [Fact]
    public void The_behaviour_stack_is_reset_by_a_restart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new BecomingActor()));
        actor.Tell("become");
        actor.Tell("who");
        ExpectMsg("second");
        actor.Tell("fail");
        actor.Tell("who");
        ExpectMsg("first");
    }

    [Fact]
    public void Timers_of_the_old_instance_do_not_tick_in_the_new_one()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TimedActor()));
        actor.Tell("start");
        ExpectMsg("started");
        actor.Tell("fail");
        actor.Tell("active?");
        ExpectMsg(false);
        ExpectNoMsg(TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public void Stashed_messages_are_back_in_the_mailbox_after_a_restart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashingActor()));
        actor.Tell("one");
        actor.Tell("two");
        actor.Tell("fail");
        actor.Tell("open");
        ExpectMsg("one");
        ExpectMsg("two");
    }

    [Fact]
    public void A_watch_survives_the_restart_of_the_watcher()
    {
        var watched = CreateTestProbe();
        var watcher = Sys.ActorOf(Props.Create(() => new WatchingActor(watched.Ref, TestActor)));
        watcher.Tell("watch");
        ExpectMsg("watching");
        watcher.Tell("fail");
        Sys.Stop(watched.Ref);
        ExpectMsg("dead");
    }

    [Fact]
    public void Arguments_of_an_expression_are_evaluated_once_for_all_incarnations()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ArgumentActor(NextNumber())));
        actor.Tell("who");
        ExpectMsg(1);
        actor.Tell("fail");
        actor.Tell("who");
        ExpectMsg(1);
    }

    private int NextNumber() => ++_numbers;

    private void ExpectHooks(params string[] hooks)
    {
        foreach (var hook in hooks)
        {
            ExpectMsg(hook);
        }
    }

    private sealed class BecomingActor : ReceiveActor
    {
        public BecomingActor()
        {
            Receive<string>(text => text == "become", _ => Become(Second));
            Receive<string>(text => text == "who", _ => Sender.Tell("first"));
        }

        private void Second()
        {
            Receive<string>(text => text == "who", _ => Sender.Tell("second"));
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
        }
    }

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor()
        {
            Receive<string>(text => text == "start", _ =>
            {
                Timers.StartPeriodicTimer("key", new Tick(Sender), TimeSpan.FromMilliseconds(30));
                Sender.Tell("started");
            });
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
            Receive<string>(text => text == "active?", _ => Sender.Tell(Timers.IsTimerActive("key")));
            Receive<Tick>(tick => { });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        private sealed record Tick(IActorRef To);
    }

    private sealed class StashingActor : ReceiveActor, IWithUnboundedStash
    {
        public StashingActor()
        {
            Receive<string>(text => text == "open", _ => Become(Open));
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open()
        {
            Stash.UnstashAll();
            ReceiveAny(message => Sender.Tell(message));
        }
    }

    private sealed class WatchingActor : ReceiveActor
    {
        public WatchingActor(IActorRef watched, IActorRef probe)
        {
            Receive<string>(text => text == "watch", _ =>
            {
                Context.Watch(watched);
                probe.Tell("watching");
            });
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
            Receive<Terminated>(_ => probe.Tell("dead"));
        }
    }

    private sealed class ArgumentActor : ReceiveActor
    {
        public ArgumentActor(int number)
        {
            Receive<string>(text => text == "who", _ => Sender.Tell(number));
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
        }
    }
}
