using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class ExecutorTests : PatientTestKit
{
    public ExecutorTests() : base("""
        on-pool { type = Dispatcher, executor = thread-pool-executor }
        on-tasks { type = Dispatcher, executor = task-executor }
        on-channel { type = Dispatcher, executor = channel-executor, channel-executor.priority = normal }
        on-threads { type = Dispatcher, executor = fork-join-executor, dedicated-thread-pool { thread-count = 2, threadtype = background } }
        own-threads { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2, threadtype = background } }
        tasks { type = TaskDispatcher }
        small { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 1, mailbox-push-timeout-time = 0s }
        akka.actor.deployment {
          /deployed { dispatcher = own-threads, mailbox = small }
        }
        """)
    {
    }

    [Theory]
    [InlineData("on-pool")]
    [InlineData("on-tasks")]
    [InlineData("on-channel")]
    [InlineData("on-threads")]
    [InlineData("own-threads")]
    [InlineData("tasks")]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("akka.actor.internal-dispatcher")]
    [InlineData("akka.actor.default-blocking-io-dispatcher")]
    public void Every_kind_runs_its_actors_in_the_order_of_their_messages(string dispatcher)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Echo()).WithDispatcher(dispatcher));
        for (var i = 0; i < 200; i++)
        {
            actor.Tell(i);
        }

        Assert.Equal(Enumerable.Range(0, 200).Cast<object>(), ReceiveN(200));
        actor.Tell("dispatcher");
        ExpectMsg(Sys.Dispatchers.Lookup(dispatcher).Id);
    }

    [Fact]
    public void The_deployment_section_wins_over_the_code()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Echo()).WithDispatcher("on-pool"), "deployed");
        actor.Tell("dispatcher");
        ExpectMsg("own-threads");
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) =>
            Sender.Tell(message is "dispatcher" ? Context.Dispatcher.Id : message);
    }
}
