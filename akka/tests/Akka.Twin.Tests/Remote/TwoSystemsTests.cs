using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class TwoSystemsTests : RemoteFixture
{
    [Fact]
    public void An_ask_to_another_system_is_answered_with_what_was_sent()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>(), "echo"), b);
        object[] messages = ["text", 17, 1L << 40, new byte[] { 1, 2, 3 }, new byte[100_000]];
        foreach (object message in messages) Assert.Equal(message, Await(echo.Ask(message, Limit)));
    }

    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_of_sending()
    {
        const int Count = 20_000;
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        BlockingCollection<int> received = new();
        IActorRef sink = Across(a, b.ActorOf(Props.Create(() => new Reporter<int>(received))), b);
        for (int i = 0; i < Count; i++) sink.Tell(i, ActorRefs.NoSender);
        for (int i = 0; i < Count; i++) Assert.Equal(i, Next(received));
    }

    [Fact]
    public void A_selection_with_a_wildcard_reaches_actors_of_another_system_and_resolves_to_their_references()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef echo = b.ActorOf(Props.Create<Echo>(), "echo-1");
        ActorSelection selection = a.ActorSelection(new RootActorPath(AddressOf(b)) / "user" / "echo-*");
        IActorRef found = Await(selection.ResolveOne(Limit));
        Assert.Equal(Across(a, echo, b), found);
        Assert.Equal("x", Await(selection.Ask<string>("x", Limit)));
    }

    [Fact]
    public void Terminated_comes_when_a_watched_actor_of_another_system_stops()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef target = b.ActorOf(Props.Create<Echo>(), "target");
        IActorRef remote = Across(a, target, b);
        BlockingCollection<Terminated> ended = new();
        IActorRef watcher = a.ActorOf(Props.Create(() => new Watcher(ended)));
        Await(watcher.Ask<string>(remote, Limit));
        // The watch has left before the pill does.
        Await(RemotingOf(a).Provider.RemoteWatcher.Ask<RemoteWatcher.Stats>(RemoteWatcher.Stats.Empty, Limit));
        Assert.True(Await(remote.GracefulStop(Limit)));
        Terminated terminated = Next(ended);
        Assert.Equal(remote, terminated.ActorRef);
        Assert.False(terminated.AddressTerminated);
        Assert.True(terminated.ExistenceConfirmed);
    }

    [Fact]
    public void Watching_an_actor_that_is_not_there_ends_the_watch_without_confirmation()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef nobody = ((ExtendedActorSystem)a).Provider.ResolveActorRef(AddressOf(b) + "/user/nobody#77");
        BlockingCollection<Terminated> ended = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(ended))).Ask<string>(nobody, Limit));
        Terminated terminated = Next(ended);
        Assert.Equal(nobody, terminated.ActorRef);
        Assert.False(terminated.ExistenceConfirmed);
    }

    [Fact]
    public void A_watched_node_that_vanishes_is_quarantined_and_its_actors_are_taken_for_dead()
    {
        ActorSystem a = Start("a", "akka.remote.watch-failure-detector.acceptable-heartbeat-pause = 500ms");
        ActorSystem b = Start("b");
        IActorRef remote = Across(a, b.ActorOf(Props.Create<Echo>(), "target"), b);
        BlockingCollection<Terminated> ended = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(ended))).Ask<string>(remote, Limit));
        // An answer shows that b knows a, heartbeats included.
        Await(remote.Ask<string>("x", Limit));
        BlockingCollection<QuarantinedEvent> quarantined = Events<QuarantinedEvent>(a);
        // As a crash: no goodbye, no notification of the watcher.
        Await(RemotingOf(b).Shutdown());
        Terminated terminated = Next(ended);
        Assert.True(terminated.AddressTerminated);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.Equal(AddressOf(b), Next(quarantined).Address);
    }

    [Fact]
    public void Stop_and_PoisonPill_of_a_remote_reference_stop_the_actor()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef first = b.ActorOf(Props.Create<Echo>());
        IActorRef second = b.ActorOf(Props.Create<Echo>());
        Task<bool> firstEnds = first.WatchAsync();
        Task<bool> secondEnds = second.WatchAsync();
        a.Stop(Across(a, first, b));
        Across(a, second, b).Tell(PoisonPill.Instance, ActorRefs.NoSender);
        Assert.True(Await(firstEnds));
        Assert.True(Await(secondEnds));
    }

    [Fact]
    public void What_an_actor_sent_before_its_end_arrives_before_its_end_does()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        BlockingCollection<object> seen = new();
        for (int round = 0; round < 20; round++)
        {
            IActorRef talker = b.ActorOf(Props.Create<Talker>());
            a.ActorOf(Props.Create(() => new Listener(Across(a, talker, b), seen)));
            for (int i = 0; i < Talker.Lines; i++) Assert.Equal(i, Next(seen));
            Assert.IsType<Terminated>(Next(seen));
        }
    }

    [Fact]
    public void A_failure_as_a_reply_crosses_the_network_and_fails_the_ask()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        IActorRef failing = Across(a, b.ActorOf(Props.Create<Failing>()), b);
        Task<string> asked = failing.Ask<string>("x", Limit);
        AggregateException thrown = Assert.Throws<AggregateException>(() => asked.Wait(Limit));
        InvalidOperationException cause = Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Equal("no", cause.Message);
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing()
        {
            ReceiveAny(_ => Sender.Tell(new Status.Failure(new InvalidOperationException("no")), Self));
        }
    }

    private sealed class Talker : ReceiveActor
    {
        public const int Lines = 50;

        public Talker()
        {
            Receive<string>(_ =>
            {
                for (int i = 0; i < Lines; i++) Sender.Tell(i, Self);
                Context.Stop(Self);
            });
        }
    }

    private sealed class Listener : ReceiveActor
    {
        private readonly IActorRef _talker;

        public Listener(IActorRef talker, BlockingCollection<object> seen)
        {
            _talker = talker;
            ReceiveAny(seen.Add);
        }

        protected override void PreStart()
        {
            Context.Watch(_talker);
            _talker.Tell("talk", Self);
        }
    }
}
