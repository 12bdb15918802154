using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class RestartTests : SystemFixture
{
    [Fact]
    public void The_failing_message_is_gone_the_others_stay_and_watchers_hear_nothing()
    {
        Script script = new()
        {
            OnMessage = (_, message) =>
            {
                if (message is 2) throw new TestFailure();
                Report(message);
            },
        };
        IActorRef actor = Sys.ActorOf(script.Props, "worker");
        Task<bool> died = actor.WatchAsync();
        long uid = actor.Path.Uid;
        foreach (int i in new[] { 1, 2, 3 }) actor.Tell(i);
        Assert.Equal(new object[] { 1, 3 }, Next(2));
        Assert.Equal(2, script.Incarnations);
        Drain(actor);
        Assert.False(died.IsCompleted);
        Assert.Equal(uid, Await(Sys.ActorSelection("/user/worker").ResolveOne(Limit)).Path.Uid);
        Sys.Stop(actor);
        Assert.True(Await(died));
    }

    [Fact]
    public void Hooks_run_in_order_and_the_new_instance_is_made_only_after_the_children_are_gone()
    {
        using ManualResetEventSlim childMayStop = new(false);
        Script child = new()
        {
            OnPostStop = _ =>
            {
                childMayStop.Wait(Limit);
                Report("child gone");
            },
        };
        Script parent = new()
        {
            Report = Report,
            OnMessage = (actor, message) =>
            {
                switch (message)
                {
                    case "child":
                        actor.Own.ActorOf(child.Props, "c");
                        Report("made");
                        break;
                    case "fail":
                        throw new TestFailure();
                    default:
                        Report(message);
                        break;
                }
            },
        };
        IActorRef ref1 = Sys.ActorOf(parent.Props);
        ref1.Tell("child");
        ref1.Tell("fail");
        ref1.Tell("after");
        Assert.Equal(new object[] { "new1", "preStart1", "made", "preRestart1:fail", "postStop1", "dispose1" }, Next(6));
        Assert.Empty(Rest());
        childMayStop.Set();
        Assert.Equal(new object[] { "child gone", "new2", "postRestart2", "preStart2", "after" }, Next(5));
    }

    [Fact]
    public void Children_that_the_parent_keeps_are_restarted_with_it()
    {
        Script child = new() { Report = what => Report("child " + what) };
        Script parent = new()
        {
            KeepChildren = true,
            OnPreStart = null,
            OnMessage = (actor, message) =>
            {
                if (message is "fail") throw new TestFailure();
                actor.Own.ActorOf(child.Props, "c");
            },
        };
        IActorRef actor = Sys.ActorOf(parent.Props);
        actor.Tell("child");
        Assert.Equal(new object[] { "child new1", "child preStart1" }, Next(2));
        actor.Tell("fail");
        Assert.Equal(new object[] { "child preRestart1:", "child postStop1", "child dispose1", "child new2", "child postRestart2", "child preStart2" }, Next(6));
    }

    [Fact]
    public void Behaviour_stack_and_timers_do_not_survive_but_stashed_messages_do()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stasher(Report)));
        actor.Tell("stash a");
        actor.Tell("stash b");
        actor.Tell("become");
        actor.Tell("where");
        Assert.Equal("other", Next());
        actor.Tell("fail");
        actor.Tell("where");
        Assert.Equal(new object[] { "stash a again", "stash b again", "initial", false }, Next(4));
    }

    [Fact]
    public void A_constructor_that_fails_at_the_restart_stops_the_actor_and_frees_its_name()
    {
        int made = 0;
        Script script = new()
        {
            OnConstruct = _ =>
            {
                if (++made > 1) throw new TestFailure("no second one");
            },
            OnMessage = (_, _) => throw new TestFailure(),
        };
        // The name is free for a parent that has handled the Terminated; another watcher may hear of the death before.
        Props successorProps = new Script { OnMessage = (a, m) => a.Sender.Tell(m) }.Props;
        TaskCompletionSource<(IActorRef Victim, IActorRef Successor)> replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.ActorOf(Props.Create(() => new ReplacingParent(script.Props, successorProps, replaced)));
        var (victim, successor) = Await(replaced.Task);
        Assert.NotEqual(victim, successor);
        Assert.Equal(victim.Path, successor.Path);
        Assert.Equal("x", Await(successor.Ask<string>("x", Limit)));
    }

    private sealed class ReplacingParent : UntypedActor
    {
        private readonly Props _successor;
        private readonly TaskCompletionSource<(IActorRef, IActorRef)> _replaced;

        public ReplacingParent(Props victim, Props successor, TaskCompletionSource<(IActorRef, IActorRef)> replaced)
        {
            _successor = successor;
            _replaced = replaced;
            Context.Watch(Context.ActorOf(victim, "victim")).Tell("fail");
        }

        protected override void OnReceive(object message)
        {
            if (message is Terminated died) _replaced.TrySetResult((died.ActorRef, Context.ActorOf(_successor, "victim")));
        }
    }

    [Fact]
    public void Restarts_are_limited_by_count_and_then_the_child_is_stopped()
    {
        Script child = new()
        {
            OnMessage = (_, message) =>
            {
                Report(message);
                throw new TestFailure();
            },
        };
        Script parent = new()
        {
            Strategy = new OneForOneStrategy(2, null, Decider.From(Directive.Restart)),
            OnMessage = (actor, message) =>
            {
                if (message is Terminated) Report("terminated");
                else actor.Own.Watch(actor.Own.ActorOf(child.Props, "c"));
            },
        };
        IActorRef actor = Sys.ActorOf(parent.Props, "p");
        actor.Tell("child");
        Drain(actor);
        IActorRef target = Await(Sys.ActorSelection("/user/p/c").ResolveOne(Limit));
        for (int i = 0; i < 4; i++) target.Tell(i);
        Assert.Equal(new object[] { 0, 1, 2, "terminated" }, Next(4));
        Assert.Equal(3, child.Incarnations);
    }

    [Fact]
    public void Resume_keeps_the_instance_and_escalation_fails_the_parent()
    {
        Script child = new() { Report = what => Report("child " + what), OnMessage = (_, message) => throw new TestFailure((string)message) };
        Script parent = new()
        {
            Report = what => Report("parent " + what),
            Strategy = new OneForOneStrategy(e => e.Message == "resume" ? Directive.Resume : Directive.Escalate),
            OnPreStart = actor => actor.Own.ActorOf(child.Props, "c"),
        };
        Drain(Sys.ActorOf(parent.Props, "p"));
        IActorRef target = Await(Sys.ActorSelection("/user/p/c").ResolveOne(Limit));
        Assert.Equal(4, Next(4).Length);
        target.Tell("resume");
        Drain(target);
        Assert.Empty(Rest());
        target.Tell("escalate");
        object[] hooks = Next(10);
        Assert.Equal(new object[] { "parent preRestart1:" }, hooks.Take(1).Select(static h => (object)((string)h)[..19]));
        Assert.Contains("child postStop1", hooks);
        Assert.Contains("parent new2", hooks);
        Assert.Contains("child new2", hooks);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        List<Script> scripts = Enumerable.Range(0, 3).Select(i => new Script
        {
            OnPostRestart = _ => Report("restarted" + i),
            OnMessage = (_, _) => throw new TestFailure(),
        }).ToList();
        Script parent = new()
        {
            Strategy = new AllForOneStrategy(_ => Directive.Restart),
            OnPreStart = actor => scripts.ForEach(s => actor.Own.ActorOf(s.Props, "c" + scripts.IndexOf(s))),
        };
        Drain(Sys.ActorOf(parent.Props, "p"));
        Await(Sys.ActorSelection("/user/p/c1").ResolveOne(Limit)).Tell("fail");
        Assert.Equal(new object[] { "restarted0", "restarted1", "restarted2" }, Next(3).Order());
    }

    private sealed class Stasher : ReceiveActor, IWithUnboundedStash, IWithTimers
    {
        private readonly bool _timerAtStart;

        public Stasher(Action<object> report)
        {
            Assert.Null(Stash);
            Assert.NotNull(Timers);
            _timerAtStart = Timers.IsTimerActive("t");
            Receive<string>(text => text.StartsWith("stash"), text =>
            {
                if (Failed)
                {
                    report(text + " again");
                    return;
                }

                Stash.Stash();
                Assert.Throws<IllegalActorStateException>(() => Stash.Stash());
            });
            Receive<string>(text => text == "become", _ =>
            {
                Timers.StartSingleTimer("t", "tick", TimeSpan.FromHours(1));
                BecomeStacked(() =>
                {
                    Receive<string>(text => text == "where", _ => report("other"));
                    ReceiveAny(_ =>
                    {
                        Failed = true;
                        throw new TestFailure();
                    });
                });
            });
            Receive<string>(text => text == "where", _ =>
            {
                report("initial");
                report(_timerAtStart || Timers.IsTimerActive("t"));
            });
        }

        public IStash Stash { get; set; }

        public ITimerScheduler Timers { get; set; }

        private static bool Failed { get; set; }
    }
}
