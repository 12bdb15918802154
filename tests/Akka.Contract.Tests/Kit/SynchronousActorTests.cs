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
