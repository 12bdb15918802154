using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class SupervisionTests : PatientTestKit
{
    [Theory]
    [InlineData(Directive.Resume, "count 2")]
    [InlineData(Directive.Restart, "count 1")]
    public void Resume_keeps_the_state_and_restart_loses_it(Directive directive, string expected)
    {
        var child = Child(new OneForOneStrategy(_ => directive));
        child.Tell("count");
        ExpectMsg("count 1");
        child.Tell("fail");
        child.Tell("count");
        ExpectMsg(expected);
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Stop));
        Watch(child);
        child.Tell("fail");
        ExpectTerminated(child);
    }

    [Fact]
    public void A_child_that_fails_more_often_than_allowed_is_stopped()
    {
        var child = Child(new OneForOneStrategy(2, 60_000, _ => Directive.Restart));
        Watch(child);
        child.Tell("fail");
        child.Tell("fail");
        child.Tell("count");
        ExpectMsg("count 1");
        child.Tell("fail");
        ExpectTerminated(child);
    }

    [Fact]
    public void No_retries_means_the_first_failure_stops()
    {
        var child = Child(new OneForOneStrategy(0, 60_000, _ => Directive.Restart));
        Watch(child);
        child.Tell("fail");
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalation_fails_the_parent_with_the_same_exception()
    {
        var seen = CreateTestProbe();
        var grandparent = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(e => Report(seen.Ref, e)))));
        grandparent.Tell(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate))));
        var parent = ExpectMsg<IActorRef>();
        parent.Tell(Props.Create(() => new CountingActor()));
        var child = ExpectMsg<IActorRef>();
        Watch(child);

        child.Tell("fail");

        Assert.IsType<TestException>(seen.ExpectMsg<Exception>());

        // The restart of the parent stops its child.
        ExpectTerminated(child);
    }

    [Fact]
    public void The_default_decider_stops_a_killed_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new CountingActor()));
        Watch(actor);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => actor.Tell(Kill.Instance));
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_failed_child_can_be_stopped_before_its_supervisor_has_decided()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var deciding = CreateTestProbe();
        var supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => DecideWhen(gate.Task, deciding.Ref)))));
        supervisor.Tell(Props.Create(() => new CountingActor()));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell("fail");
        child.Tell("count");
        deciding.ExpectMsg("deciding");

        Sys.Stop(child);

        ExpectTerminated(child);
        gate.SetResult();
    }

    private static Directive DecideWhen(Task gate, IActorRef deciding)
    {
        deciding.Tell("deciding", ActorRefs.NoSender);
        gate.Wait(TimeSpan.FromSeconds(30));
        return Directive.Restart;
    }

    private static Directive Report(IActorRef seen, Exception exception)
    {
        seen.Tell(exception, ActorRefs.NoSender);
        return Directive.Restart;
    }

    private IActorRef Child(SupervisorStrategy strategy)
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(strategy)));
        supervisor.Tell(Props.Create(() => new CountingActor()));
        return ExpectMsg<IActorRef>();
    }

    private sealed class Supervisor : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        public Supervisor(SupervisorStrategy strategy)
        {
            _strategy = strategy;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    private sealed class CountingActor : ReceiveActor
    {
        private int _count;

        public CountingActor()
        {
            Receive<string>(text => text == "count", _ => Sender.Tell($"count {++_count}"));
            Receive<string>(text => text == "fail", _ => throw new TestException("asked to"));
        }
    }
}
