using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class AsyncHandlerTests : SystemFixture
{
    [Fact]
    public void No_user_message_is_taken_while_a_handler_awaits_and_its_context_returns_after_it()
    {
        TaskCompletionSource gate = new();
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Awaiter(gate.Task, Report)));
        actor.Tell("wait", Sys.DeadLetters);
        actor.Tell("next");
        Assert.Equal("before", Next());
        Assert.Empty(Rest());
        // Not on this thread: the continuation has to find its own way back to the actor.
        gate.SetResult();
        Assert.Equal(new object[] { "after", actor, true, "next" }, Next(4));
    }

    [Fact]
    public void System_messages_are_handled_while_a_handler_awaits()
    {
        TaskCompletionSource gate = new();
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Awaiter(gate.Task, Report)));
        Task<bool> died = actor.WatchAsync();
        actor.Tell("wait");
        Assert.Equal("before", Next());
        Sys.Stop(actor);
        Assert.True(Await(died));
        gate.SetResult();
    }

    [Fact]
    public void A_failed_await_is_a_failure_of_the_handler_and_the_restarted_actor_goes_on()
    {
        TaskCompletionSource gate = new();
        Script parent = new()
        {
            Strategy = new OneForOneStrategy(e =>
            {
                Report(e.GetType());
                return Directive.Restart;
            }),
            OnMessage = (self, message) =>
            {
                IActorRef child = self.Own.Child("c");
                if (child.IsNobody()) child = self.Own.ActorOf(Props.Create(() => new Awaiter(gate.Task, Report)), "c");
                child.Forward(message);
            },
        };
        IActorRef actor = Sys.ActorOf(parent.Props);
        actor.Tell("wait");
        Assert.Equal("before", Next());
        gate.SetException(new TestFailure());
        Assert.Equal(typeof(TestFailure), Next());
        actor.Tell("next");
        Assert.Equal("next", Next());
    }

    [Fact]
    public void A_message_can_be_stashed_after_an_await()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new LateStasher(Report)));
        actor.Tell("x");
        actor.Tell("open");
        Assert.Equal(new object[] { "stashed", "x" }, Next(2));
    }

    [Fact]
    public void A_child_that_fails_meanwhile_is_supervised_at_once()
    {
        TaskCompletionSource gate = new();
        IActorRef actor = Sys.ActorOf(Props.Create(() => new AwaitingParent(gate.Task, Report)));
        actor.Tell("wait");
        Assert.Equal(new object[] { "waiting", "child restarted" }, Next(2));
        gate.SetResult();
        Assert.Equal("resumed", Next());
    }

    [Fact]
    public void PipeTo_tells_values_and_failures_and_nothing_of_a_plain_success()
    {
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(m) }.Props);
        Task.FromResult("value").PipeTo(actor);
        Assert.Equal("value", Next());
        Await(Task.CompletedTask.PipeTo(actor));
        Task.FromException(new TestFailure()).PipeTo(actor);
        Assert.IsType<TestFailure>(Assert.IsType<Status.Failure>(Next()).Cause);
        Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(actor);
        Assert.IsType<TaskCanceledException>(Assert.IsType<Status.Failure>(Next()).Cause);
        Task.FromResult(1).PipeTo(actor, success: _ => throw new TestFailure("mapper"), failure: e => e.Message);
        Assert.Equal("mapper", Next());
    }

    [Fact]
    public async Task Ask_follows_the_type_of_the_answer()
    {
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (self, m) =>
            {
                if (m is "fail") self.Sender.Tell(new Status.Failure(new TestFailure()));
                else if (m is not "silence") self.Sender.Tell(m);
            },
        }.Props);
        Assert.Equal(5, await actor.Ask<int>(5, Limit));
        await Assert.ThrowsAsync<TestFailure>(() => actor.Ask<string>("fail", Limit));
        Assert.IsType<Status.Failure>(await actor.Ask("fail", Limit));
        await Assert.ThrowsAsync<ArgumentException>(() => actor.Ask<int>("text", Limit));
        AskTimeoutException late = await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<int>("silence", TimeSpan.FromMilliseconds(30)));
        Assert.IsNotType<TimeoutException>(late);
        using CancellationTokenSource cancelled = new();
        Task<int> waiting = actor.Ask<int>("silence", cancelled.Token);
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Throws<ArgumentException>(() => { _ = new Elsewhere().Ask<int>(1, Limit); });
        Assert.Empty(((VirtualPathContainer)((ExtendedActorSystem)Sys).Provider.TempContainer).Children);
    }

    private sealed class Elsewhere : ICanTell
    {
        public void Tell(object message, IActorRef sender)
        {
        }
    }

    private sealed class Awaiter : ReceiveActor
    {
        public Awaiter(Task gate, Action<object> report)
        {
            ReceiveAsync<string>(text => text == "wait", async _ =>
            {
                report("before");
                await gate;
                report("after");
                report(Self);
                report(Sender.Equals(Context.System.DeadLetters));
            });
            ReceiveAny(report);
        }
    }

    private sealed class LateStasher : ReceiveActor, IWithUnboundedStash
    {
        public LateStasher(Action<object> report)
        {
            ReceiveAsync<string>(text => text == "x", async _ =>
            {
                await Task.Yield();
                Stash.Stash();
                report("stashed");
            });
            Receive<string>(_ =>
            {
                Become(() => ReceiveAny(report));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; }
    }

    private sealed class AwaitingParent : ReceiveActor
    {
        public AwaitingParent(Task gate, Action<object> report)
        {
            IActorRef child = Context.ActorOf(new Script
            {
                OnMessage = (_, _) => throw new TestFailure(),
                OnPostRestart = _ => report("child restarted"),
            }.Props);
            ReceiveAsync<string>(async _ =>
            {
                report("waiting");
                child.Tell("fail");
                await gate;
                report("resumed");
            });
        }
    }
}
