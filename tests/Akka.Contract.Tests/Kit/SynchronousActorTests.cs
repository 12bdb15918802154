using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Kit;

public class SynchronousActorTests : PatientTestKit
{
    [Fact]
    public void A_test_actor_ref_handles_a_message_before_tell_returns()
    {
        var actor = ActorOfAsTestActorRef<Summing>(Props.Create(() => new Summing()), "sum");
        actor.Tell(2);
        actor.Tell(3);
        Assert.Equal(5, actor.UnderlyingActor.Sum);
        actor.Tell("sum");
        ExpectMsg(5);
        Assert.Equal("/user/sum", actor.Path.ToStringWithoutAddress());
    }

    [Fact]
    public void Receive_lets_the_exception_of_the_actor_out()
    {
        var actor = ActorOfAsTestActorRef<Summing>(Props.Create(() => new Summing()));
        actor.Receive(4);
        Assert.Equal(4, actor.UnderlyingActor.Sum);
        Assert.Throws<OverflowException>(() => actor.Receive(int.MaxValue));
    }

    [Fact]
    public void The_calling_thread_dispatcher_runs_an_actor_on_the_sending_thread()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ThreadNaming()).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell("where?");
        Assert.Equal(Environment.CurrentManagedThreadId, ExpectMsg<int>());
    }

    [Fact]
    public async Task An_awaiting_handler_can_be_awaited()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = ActorOfAsTestActorRef<Awaiting>(Props.Create(() => new Awaiting(gate.Task)));
        var handled = actor.ReceiveAsync("wait");
        Assert.False(actor.UnderlyingActor.IsThrough);
        gate.SetResult();
        await handled.WaitAsync(TimeSpan.FromSeconds(10));
        AwaitCondition(() => actor.UnderlyingActor.IsThrough);
    }

    [Fact]
    public void What_the_calling_thread_sends_to_a_busy_actor_is_handled_afterwards()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Nested(TestActor)).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell(2);
        ExpectMsg("begin 2");
        ExpectMsg("end 2");
        ExpectMsg("begin 1");
        ExpectMsg("end 1");
    }

    private sealed class Nested : ReceiveActor
    {
        public Nested(IActorRef probe)
        {
            Receive<int>(depth =>
            {
                probe.Tell($"begin {depth}");
                if (depth > 1) Self.Tell(depth - 1);
                probe.Tell($"end {depth}");
            });
        }
    }

    private sealed class Awaiting : ReceiveActor
    {
        private volatile bool _isThrough;

        public Awaiting(Task gate)
        {
            ReceiveAsync<string>(async _ =>
            {
                await gate;
                _isThrough = true;
            });
        }

        public bool IsThrough => _isThrough;
    }

    private sealed class Summing : ReceiveActor
    {
        public Summing()
        {
            Receive<int>(number => Sum = checked(Sum + number));
            Receive<string>(_ => Sender.Tell(Sum));
        }

        public int Sum { get; private set; }
    }

    private sealed class ThreadNaming : ReceiveActor
    {
        public ThreadNaming()
        {
            ReceiveAny(_ => Sender.Tell(Environment.CurrentManagedThreadId));
        }
    }
}
