using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class DispatcherTests : SystemFixture
{
    public DispatcherTests() : base("""
        pinned { type = PinnedDispatcher }
        pool { type = ForkJoinDispatcher, throughput = 3, dedicated-thread-pool { thread-count = 2, threadtype = background } }
        alias = pool
        alias2 = alias
        circle1 = circle2
        circle2 = circle1
        bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka", mailbox-capacity = 2, mailbox-push-timeout-time = 0s }
        prio { mailbox-type = "Akka.Twin.Tests.Actor.NegatedPriority, Akka.Twin.Tests" }
        akka.actor.deployment { "/deployed" { dispatcher = pool } "/tree/*" { dispatcher = pool } }
        """)
    {
    }

    [Fact]
    public void A_pinned_actor_has_its_own_thread_which_ends_with_it()
    {
        Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++)
        {
            IActorRef actor = Sys.ActorOf(new Script { OnMessage = (self, _) => self.Sender.Tell(Thread.CurrentThread) }.Props.WithDispatcher("pinned"));
            threads[i] = Await(actor.Ask<Thread>("who", Limit));
            Assert.Same(threads[i], Await(actor.Ask<Thread>("who", Limit)));
            Await(actor.GracefulStop(Limit));
        }

        Assert.NotSame(threads[0], threads[1]);
        foreach (Thread thread in threads) Assert.True(thread.Join(Limit));
    }

    [Fact]
    public void A_pool_of_its_own_runs_its_actors_on_its_threads_under_any_of_its_names()
    {
        foreach (string id in new[] { "pool", "alias", "alias2" })
        {
            Assert.Equal(3, Sys.Dispatchers.Lookup(id).Throughput);
            Assert.Same(Sys.Dispatchers.Lookup("pool"), Sys.Dispatchers.Lookup(id));
            IActorRef actor = Sys.ActorOf(new Script { OnMessage = (self, _) => self.Sender.Tell(Thread.CurrentThread.Name) }.Props.WithDispatcher(id));
            Assert.StartsWith("pool-", Await(actor.Ask<string>("who", Limit)));
        }

        Assert.Equal(30, Sys.Dispatchers.Lookup(Dispatchers.DefaultDispatcherId).Throughput);
        Assert.Equal(5, Sys.Dispatchers.Lookup("akka.actor.internal-dispatcher").Throughput);
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("nowhere"));
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("circle1"));
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(new Script().Props.WithDispatcher("nowhere"), "free"));
        Sys.ActorOf(new Script().Props, "free");
    }

    [Fact]
    public void The_deployment_section_overrides_the_code()
    {
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (self, _) => self.Sender.Tell(self.Own.Dispatcher.Id) }.Props, "deployed");
        Assert.Equal("pool", Await(actor.Ask<string>("id", Limit)));
    }

    [Fact]
    public void A_full_bounded_mailbox_gives_the_rest_to_the_dead_letters()
    {
        IActorRef letters = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(((Akka.Event.DeadLetter)m).Message) }.Props);
        Sys.EventStream.Subscribe(letters, typeof(Akka.Event.DeadLetter));
        using ManualResetEventSlim gate = new(false);
        using ManualResetEventSlim entered = new(false);
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (_, m) =>
            {
                entered.Set();
                gate.Wait(Limit);
            },
        }.Props.WithMailbox("bounded"));
        actor.Tell(0);
        Assert.True(entered.Wait(Limit));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("too many");
        Assert.Equal("too many", Next());
        gate.Set();
    }

    [Fact]
    public void A_priority_mailbox_gives_the_lowest_number_first()
    {
        using ManualResetEventSlim gate = new(false);
        using ManualResetEventSlim entered = new(false);
        IActorRef actor = Sys.ActorOf(new Script
        {
            OnMessage = (_, m) =>
            {
                entered.Set();
                gate.Wait(Limit);
                Report(m);
            },
        }.Props.WithMailbox("prio"));
        actor.Tell(100);
        Assert.True(entered.Wait(Limit));
        foreach (int i in new[] { 1, 3, 2 }) actor.Tell(i);
        gate.Set();
        Assert.Equal(new object[] { 100, 3, 2, 1 }, Next(4));
    }

    [Fact]
    public void A_mailbox_that_is_not_what_the_actor_needs_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Sys.ActorOf(Props.Create(() => new NeedsDeque()).WithMailbox("bounded")));
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(new Script().Props.WithMailbox("nowhere")));
    }

    private sealed class NeedsDeque : ReceiveActor, IWithUnboundedStash
    {
        public IStash Stash { get; set; }
    }
}

public sealed class NegatedPriority : UnboundedStablePriorityMailbox
{
    public NegatedPriority(Settings settings, Config config) : base(settings, config)
    {
    }

    protected override int PriorityGenerator(object message) => -(int)message;
}
