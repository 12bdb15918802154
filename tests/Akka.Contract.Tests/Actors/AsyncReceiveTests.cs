using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class AsyncReceiveTests : PatientTestKit
{
    [Fact]
    public void The_next_message_waits_for_the_awaiting_one()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new AwaitingActor(gate.Task)));
        actor.Tell("await");
        actor.Tell("next");
        ExpectMsg("before await");
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        gate.SetResult();
        ExpectMsg("after await");
        ExpectMsg("next");
    }

    [Fact]
    public void Context_self_and_sender_are_there_after_the_await()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new AwaitingActor(gate.Task)));
        actor.Tell("await");
        ExpectMsg("before await");
        gate.SetResult();
        ExpectMsg("after await");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void System_messages_are_handled_while_a_handler_awaits()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new AwaitingActor(gate.Task)));
        Watch(actor);
        actor.Tell("await");
        ExpectMsg("before await");
        Sys.Stop(actor);
        ExpectTerminated(actor);
        gate.SetResult();
    }

    [Fact]
    public void A_failed_task_restarts_the_actor_like_a_throwing_handler()
    {
        var actor = Sys.ActorOf(Props.Create(() => new AwaitingActor(Task.FromException(new TestException("from the task")))));
        EventFilter.Exception<TestException>("from the task").ExpectOne(() => actor.Tell("await"));
        ExpectMsg("before await");
        actor.Tell("next");
        ExpectMsg("next");
    }

    [Fact]
    public void Context_is_gone_after_configure_await_false()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LeavingActor()));
        actor.Tell("leave");
        Assert.IsType<NotSupportedException>(ExpectMsg<Exception>());
    }

    [Fact]
    public void Asking_oneself_in_an_async_handler_times_out()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SelfAsker()));
        actor.Tell("ask");
        Assert.IsType<AskTimeoutException>(ExpectMsg<Exception>());
    }

    private sealed class AwaitingActor : ReceiveActor
    {
        public AwaitingActor(Task gate)
        {
            ReceiveAsync<string>(text => text == "await", async _ =>
            {
                Sender.Tell("before await");
                await gate;
                Sender.Tell("after await", Context.Self);
            });
            Receive<string>(text => Sender.Tell(text));
        }
    }

    private sealed class LeavingActor : ReceiveActor
    {
        public LeavingActor()
        {
            ReceiveAsync<string>(async _ =>
            {
                var sender = Sender;
                await Task.Yield();
                await Task.Run(static () => { }).ConfigureAwait(false);
                try
                {
                    sender.Tell(Context.Self);
                }
                catch (Exception e)
                {
                    sender.Tell(e, ActorRefs.NoSender);
                }
            });
        }
    }

    private sealed class SelfAsker : ReceiveActor
    {
        public SelfAsker()
        {
            ReceiveAsync<string>(text => text == "ask", async _ =>
            {
                var sender = Sender;
                try
                {
                    await Self.Ask<string>("answer", TimeSpan.FromMilliseconds(100));
                }
                catch (AskTimeoutException e)
                {
                    sender.Tell(e);
                }
            });
            Receive<string>(_ => Sender.Tell("answer"));
        }
    }
}
