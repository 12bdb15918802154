using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class LifecycleTests : PatientTestKit
{
    private const string Loud = "akka.loglevel = WARNING";

    public LifecycleTests() : base(Loud)
    {
    }

    [Fact]
    public void Children_stop_before_their_parent_and_the_watcher_hears_last()
    {
        var parent = Sys.ActorOf(Props.Create(() => new HookedActor("parent", TestActor)), "parent");
        Watch(parent);
        parent.Tell(new Spawn("child"), CreateTestProbe());
        Assert.Equal(4, ReceiveN(4).Count);

        Sys.Stop(parent);

        ExpectMsg("child: PostStop");
        ExpectMsg("parent: PostStop");
        ExpectTerminated(parent);
    }

    [Fact]
    public void A_parent_that_hears_of_a_childs_death_can_use_its_name_at_once()
    {
        var parent = Sys.ActorOf(Props.Create(() => new ReusingParent()));
        parent.Tell("again");
        ExpectMsg("made again");
    }

    [Fact]
    public void Stop_overtakes_queued_messages_and_a_poison_pill_does_not()
    {
        var gate = new TaskCompletionSource();
        var stopped = Sys.ActorOf(Props.Create(() => new GatedActor(gate.Task, TestActor)));
        var poisoned = Sys.ActorOf(Props.Create(() => new GatedActor(gate.Task, TestActor)));
        Watch(stopped);

        stopped.Tell("wait");
        stopped.Tell("never");
        ExpectMsg("waiting");
        Sys.Stop(stopped);

        // When the guardian answers, it has passed the stop on.
        Sys.ActorSelection("/user").Tell(new Identify(1));
        ExpectMsg<ActorIdentity>();
        poisoned.Tell("wait");
        poisoned.Tell("still");
        poisoned.Tell(PoisonPill.Instance);
        ExpectMsg("waiting");

        gate.SetResult();
        var messages = ReceiveN(2);
        Assert.Contains("still", messages);
        Assert.Contains(messages, message => message is Terminated);
    }

    [Fact]
    public void A_message_to_a_stopped_actor_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(Props.Create(() => new GatedActor(Task.CompletedTask, TestActor)));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);

        EventFilter.DeadLetter<string>(text => text == "late").ExpectOne(() => actor.Tell("late"));
    }

    [Fact]
    public void A_name_in_use_is_refused_and_so_are_bad_names()
    {
        Sys.ActorOf(Props.Create(() => new GatedActor(Task.CompletedTask, TestActor)), "same");

        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new GatedActor(Task.CompletedTask, TestActor)), "same"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new GatedActor(Task.CompletedTask, TestActor)), "$own"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new GatedActor(Task.CompletedTask, TestActor)), "a/b"));
    }

    [Fact]
    public void A_constructor_that_throws_stops_the_child_instead_of_restarting_it()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new UnbornActor()));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        // On a thread of its own: the test's thread acts for the test actor.
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => new HookedActor("outside", TestActor)));
        thread.Start();
        thread.Join();
        Assert.IsType<ActorInitializationException>(error);
    }

    [Fact]
    public async Task Context_is_not_there_outside_of_the_actor()
    {
        var actor = ActorOfAsTestActorRef<LeakingActor>(Props.Create(() => new LeakingActor()));
        await Task.Run(() => Assert.Throws<NotSupportedException>(() => actor.UnderlyingActor.Leak()));
    }

    private sealed class ReusingParent : ReceiveActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        public ReusingParent()
        {
            Receive<string>(_ =>
            {
                _asker = Sender;
                var child = Context.Watch(Context.ActorOf(Props.Create(() => new LeakingActor()), "name"));
                Context.Stop(child);
            });
            Receive<Terminated>(_ =>
            {
                Context.ActorOf(Props.Create(() => new LeakingActor()), "name");
                _asker.Tell("made again");
            });
        }
    }

    /// <summary>Blocks on "wait" until the gate opens, and reports everything else.</summary>
    private sealed class GatedActor : ReceiveActor
    {
        public GatedActor(Task gate, IActorRef probe)
        {
            Receive<string>(text => text == "wait", _ =>
            {
                probe.Tell("waiting");
                gate.Wait(TimeSpan.FromSeconds(10));
            });
            Receive<string>(text => probe.Tell(text));
        }
    }

    private sealed class UnbornActor : ReceiveActor
    {
        public UnbornActor() => throw new TestException("never born");
    }

    private sealed class LeakingActor : ReceiveActor
    {
        public IActorContext Leak() => Context;
    }
}
