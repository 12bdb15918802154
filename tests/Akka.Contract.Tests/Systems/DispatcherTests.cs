using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class DispatcherTests : PatientTestKit
{
    private const string Settings = """
        my-pool { type = ForkJoinDispatcher, throughput = 10, dedicated-thread-pool { thread-count = 2, threadtype = background } }
        my-pinned { type = PinnedDispatcher }
        my-alias = my-pinned
        my-priority { mailbox-type = "Akka.Contract.Tests.Systems.ShortestFirst, Akka.Contract.Tests" }
        my-bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 1, mailbox-push-timeout-time = 0s }
        """;

    public DispatcherTests() : base(Settings)
    {
    }

    [Fact]
    public void A_pinned_actor_has_a_thread_of_its_own()
    {
        var first = Sys.ActorOf(Props.Create(() => new ThreadNaming()).WithDispatcher("my-pinned"));
        var second = Sys.ActorOf(Props.Create(() => new ThreadNaming()).WithDispatcher("my-alias"));
        first.Tell("who");
        var thread = ExpectMsg<int>();
        first.Tell("who");
        Assert.Equal(thread, ExpectMsg<int>());
        second.Tell("who");
        Assert.NotEqual(thread, ExpectMsg<int>());
    }

    [Fact]
    public void A_pool_of_its_own_handles_every_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ThreadNaming()).WithDispatcher("my-pool"));
        for (var i = 0; i < 100; i++)
        {
            actor.Tell("who");
        }

        Assert.InRange(ReceiveN(100).Distinct().Count(), 1, 2);
    }

    [Fact]
    public void An_unknown_dispatcher_is_an_error()
    {
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("no-such-dispatcher"));
        Assert.False(Sys.Dispatchers.HasDispatcher("no-such-dispatcher"));
        Assert.True(Sys.Dispatchers.HasDispatcher("my-pool"));
    }

    [Fact]
    public void A_priority_mailbox_gives_the_lowest_number_first()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Gated(gate.Task, TestActor)).WithMailbox("my-priority"));
        actor.Tell("");
        ExpectMsg("");
        actor.Tell("long one");
        actor.Tell("mid");
        actor.Tell("s");
        gate.SetResult();
        ExpectMsg("s");
        ExpectMsg("mid");
        ExpectMsg("long one");
    }

    [Fact]
    public void A_full_bounded_mailbox_turns_messages_into_dead_letters()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Gated(gate.Task, TestActor)).WithMailbox("my-bounded"));
        actor.Tell("");
        ExpectMsg("");
        actor.Tell("fits");
        EventFilter.DeadLetter<string>(text => text == "too many").ExpectOne(() => actor.Tell("too many"));
        gate.SetResult();
        ExpectMsg("fits");
    }

    [Fact]
    public void Messages_of_many_senders_are_handled_one_at_a_time_and_in_order_per_sender()
    {
        const int Senders = 4;
        const int Each = 500;
        var actor = Sys.ActorOf(Props.Create(() => new OrderChecking(Senders, Each, TestActor)));
        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                actor.Tell((sender, i), ActorRefs.NoSender);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        ExpectMsg("all in order", TimeSpan.FromSeconds(10));
        threads.ForEach(thread => thread.Join());
    }

    private sealed class ThreadNaming : ReceiveActor
    {
        public ThreadNaming()
        {
            ReceiveAny(_ => Sender.Tell(Environment.CurrentManagedThreadId));
        }
    }

    /// <summary>Reports each message; after the empty one it waits for the gate.</summary>
    private sealed class Gated : ReceiveActor
    {
        public Gated(Task gate, IActorRef probe)
        {
            Receive<string>(text =>
            {
                probe.Tell(text);
                if (text.Length == 0)
                {
                    gate.Wait(TimeSpan.FromSeconds(10));
                }
            });
        }
    }

    private sealed class OrderChecking : ReceiveActor
    {
        private readonly int[] _next;
        private int _inside;

        public OrderChecking(int senders, int each, IActorRef probe)
        {
            _next = new int[senders];
            var left = senders * each;
            Receive<(int Sender, int Number)>(message =>
            {
                var alone = Interlocked.Increment(ref _inside) == 1;
                var inOrder = _next[message.Sender]++ == message.Number;
                Interlocked.Decrement(ref _inside);
                if (!alone || !inOrder)
                {
                    probe.Tell($"wrong: {message}, alone {alone}");
                }
                else if (--left == 0)
                {
                    probe.Tell("all in order");
                }
            });
        }
    }
}

public sealed class ShortestFirst(Settings settings, Config config) : UnboundedPriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message is string text ? text.Length : int.MaxValue;
}
