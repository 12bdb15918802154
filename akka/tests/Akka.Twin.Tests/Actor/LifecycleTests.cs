using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class LifecycleTests : SystemFixture
{
    [Fact]
    public void A_child_stops_before_its_parent_and_the_name_is_free_when_Terminated_arrives()
    {
        Script grandchild = new() { OnPostStop = _ => Report("grandchild") };
        Script child = new()
        {
            OnPreStart = actor => actor.Own.ActorOf(grandchild.Props),
            OnPostStop = _ => Report("child"),
        };
        Script parent = new()
        {
            OnMessage = (actor, message) =>
            {
                switch (message)
                {
                    case "make":
                        actor.Own.Watch(actor.Own.ActorOf(child.Props, "c"));
                        break;
                    case "stop":
                        actor.Own.Stop(actor.Own.Child("c"));
                        break;
                    case Terminated terminated:
                        Report(actor.Own.Child("c").IsNobody());
                        Report(actor.Own.GetChildren().Any());
                        actor.Own.ActorOf(new Script().Props, "c");
                        Report(ReferenceEquals(actor.Sender, terminated.ActorRef));
                        break;
                }
            },
        };
        IActorRef actor = Sys.ActorOf(parent.Props);
        actor.Tell("make");
        actor.Tell("stop");
        Assert.Equal(new object[] { "grandchild", "child", true, false, true }, Next(5));
    }

    [Fact]
    public void Stop_overtakes_queued_messages_and_a_poison_pill_does_not()
    {
        foreach (bool pill in new[] { true, false })
        {
            using ManualResetEventSlim gate = new(false);
            using ManualResetEventSlim entered = new(false);
            Script script = new()
            {
                OnMessage = (_, message) =>
                {
                    if (message is 0)
                    {
                        entered.Set();
                        gate.Wait(Limit);
                    }

                    Report(message);
                },
                OnPostStop = _ => Report("stopped"),
            };
            IActorRef actor = Sys.ActorOf(script.Props);
            actor.Tell(0);
            Assert.True(entered.Wait(Limit));
            actor.Tell(1);
            if (pill) actor.Tell(PoisonPill.Instance);
            else ((IInternalActorRef)actor).Stop();
            actor.Tell(2);
            gate.Set();
            Assert.Equal(pill ? new object[] { 0, 1, "stopped" } : [0, "stopped"], Next(pill ? 3 : 2));
        }

        Assert.Empty(Rest());
    }

    [Fact]
    public void Messages_to_a_stopped_actor_and_those_it_had_not_taken_become_dead_letters()
    {
        IActorRef letters = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(((Akka.Event.DeadLetter)m).Message) }.Props);
        Sys.EventStream.Subscribe(letters, typeof(Akka.Event.DeadLetter));
        using ManualResetEventSlim gate = new(false);
        using ManualResetEventSlim entered = new(false);
        Script script = new()
        {
            OnMessage = (_, _) =>
            {
                entered.Set();
                gate.Wait(Limit);
            },
        };
        IActorRef actor = Sys.ActorOf(script.Props);
        Task<bool> died = actor.WatchAsync();
        actor.Tell("block");
        Assert.True(entered.Wait(Limit));
        actor.Tell("left over");
        ((IInternalActorRef)actor).Stop();
        gate.Set();
        Assert.True(Await(died));
        actor.Tell("too late");
        Assert.Equal(new object[] { "left over", "too late" }, Next(2));
    }

    [Fact]
    public void Names_are_checked_and_taken_until_the_actor_is_gone()
    {
        Sys.ActorOf(new Script().Props, "one");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(new Script().Props, "one"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(new Script().Props, ""));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(new Script().Props, "$a"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(new Script().Props, "a/b"));
        Assert.Throws<ArgumentException>(() => ActorSystem.Create("under_score"));
        Assert.StartsWith("$", Sys.ActorOf(new Script().Props).Path.Name);
        Assert.Throws<InvalidMessageException>(() => Sys.ActorOf(new Script().Props).Tell(null));
    }

    [Fact]
    public void Outside_of_its_cell_an_actor_cannot_be_made_and_has_no_context()
    {
        Assert.Throws<ActorInitializationException>(() => new Scripted(new Script()));
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (_, _) =>
            {
                Assert.Throws<ActorInitializationException>(() => new Scripted(new Script()));
                Report("checked");
            },
        }.Props);
        actor.Tell("check");
        Assert.Equal("checked", Next());
        Assert.Throws<NotSupportedException>(() => ContextUser.Use());
    }

    [Fact]
    public void A_failed_construction_stops_the_child_and_tells_the_watcher()
    {
        Script bad = new() { OnConstruct = _ => throw new TestFailure() };
        Script parent = new()
        {
            OnMessage = (actor, message) =>
            {
                if (message is Terminated) Report("terminated");
                else actor.Own.Watch(actor.Own.ActorOf(bad.Props));
            },
        };
        Sys.ActorOf(parent.Props).Tell("make");
        Assert.Equal("terminated", Next());
        Assert.Equal(1, bad.Incarnations);
    }

    [Fact]
    public void A_failure_that_leaves_the_user_guardian_ends_the_system()
    {
        ActorSystem doomed = ActorSystem.Create("doomed", Quiet + "akka.actor.guardian-supervisor-strategy = \"Akka.Twin.Tests.Actor.EscalateAlways, Akka.Twin.Tests\"");
        doomed.ActorOf(new Script { OnMessage = (_, _) => throw new TestFailure() }.Props).Tell("fail");
        Await(doomed.WhenTerminated);
    }

    [Fact]
    public void Nothing_can_be_made_or_registered_once_the_system_has_ended()
    {
        ActorSystem ended = ActorSystem.Create("ended", Quiet);
        ended.RegisterOnTermination(() => Report("first"));
        ended.RegisterOnTermination(() => Report("last"));
        Task first = ended.Terminate();
        Assert.Same(first, ended.Terminate());
        Await(first);
        Assert.Equal(new object[] { "last", "first" }, Next(2));
        Assert.Throws<InvalidOperationException>(() => ended.ActorOf(new Script().Props));
        Assert.Throws<InvalidOperationException>(() => ended.RegisterOnTermination(() => { }));
    }

    private sealed class ContextUser : ReceiveActor
    {
        public static object Use() => Context.Self;
    }
}

public sealed class EscalateAlways : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
}
