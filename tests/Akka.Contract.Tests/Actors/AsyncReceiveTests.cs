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
        var actor = Sys.ActorOf(Props.Create(() => new SelfAsker(null)));
        actor.Tell("ask");
        Assert.IsType<AskTimeoutException>(ExpectMsg<Exception>());
    }

    [Fact]
    public void Asking_somebody_who_asks_back_times_out()
    {
        var asked = Sys.ActorOf(Props.Create(() => new AsksBack()));
        var actor = Sys.ActorOf(Props.Create(() => new SelfAsker(asked)));
        actor.Tell("ask");
        Assert.IsType<AskTimeoutException>(ExpectMsg<Exception>());
    }

    [Fact]
    public void A_sender_kept_before_the_await_is_right_although_a_child_fails_meanwhile()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new ParentOfFailing(gate.Task, TestActor)));
        EventFilter.Exception<TestException>("child").ExpectOne(() =>
        {
            actor.Tell("await");
            ExpectMsg("child restarted");
        });
        gate.SetResult();
        ExpectMsg("to who asked");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void Context_is_not_there_in_the_mapping_of_a_piped_result()
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Piping(gate.Task)));
        actor.Tell("pipe");
        ExpectMsg("piped");
        gate.SetResult(1);
        Assert.IsType<NotSupportedException>(ExpectMsg<Exception>());
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
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // and not back to the captured context
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
        public SelfAsker(IActorRef? asked = null)
        {
            ReceiveAsync<string>(text => text == "ask", async _ =>
            {
                var sender = Sender;
                try
                {
                    await (asked ?? Self).Ask<string>(asked is null ? "answer" : Self, TimeSpan.FromMilliseconds(100));
                }
                catch (AskTimeoutException e)
                {
                    sender.Tell(e);
                }
            });
            Receive<string>(_ => Sender.Tell("answer"));
        }
    }

    /// <summary>Answers a question only when its sender has answered one.</summary>
    private sealed class AsksBack : ReceiveActor
    {
        public AsksBack()
        {
            ReceiveAsync<IActorRef>(async asker =>
            {
                var sender = Sender;
                sender.Tell(await asker.Ask<string>("you first", TimeSpan.FromSeconds(10)));
            });
        }
    }

    private sealed class ParentOfFailing : ReceiveActor
    {
        public ParentOfFailing(Task gate, IActorRef probe)
        {
            ReceiveAsync<string>(async _ =>
            {
                var sender = Sender;
                Context.ActorOf(Props.Create(() => new FailingChild(probe))).Tell("fail");
                await gate;
                sender.Tell("to who asked");
            });
        }
    }

    private sealed class FailingChild : ReceiveActor
    {
        private readonly IActorRef _probe;

        public FailingChild(IActorRef probe)
        {
            _probe = probe;
            ReceiveAny(_ => throw new TestException("child"));
        }

        protected override void PostRestart(Exception reason) => _probe.Tell("child restarted");
    }

    private sealed class Piping : ReceiveActor
    {
        public Piping(Task<int> result)
        {
            Receive<string>(_ =>
            {
                result.PipeTo(Sender, success: static _ =>
                {
                    try
                    {
                        return Context.Self;
                    }
                    catch (Exception e)
                    {
                        return e;
                    }
                });
                Sender.Tell("piped");
            });
        }
    }
}
