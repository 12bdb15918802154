using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class FaultTests : RemoteFixture
{
    [Fact]
    public void A_taken_port_fails_the_start_and_names_the_port()
    {
        ActorSystem a = Start("a");
        RemoteTransportException thrown = Assert.Throws<RemoteTransportException>(
            () => Start("b", "akka.remote.dot-netty.tcp.port = " + PortOf(a)));
        Assert.Contains(PortOf(a).ToString(), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_larger_than_the_limit_is_dropped_and_the_association_lives_on()
    {
        ActorSystem a = Start("a", "akka.loglevel = ERROR");
        ActorSystem b = Start("b");
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        Assert.Equal("before", Await(echo.Ask<string>("before", Limit)));
        BlockingCollection<Error> errors = Events<Error>(a);
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        echo.Tell(new byte[200_000], ActorRefs.NoSender);
        Assert.Contains("oversized", Next(errors).Message.ToString(), StringComparison.Ordinal);
        Assert.Equal("after", Await(echo.Ask<string>("after", Limit)));
        Assert.Empty(ends);
    }

    [Fact]
    public void A_message_that_cannot_be_serialized_is_dropped_and_the_association_lives_on()
    {
        ActorSystem a = Start("a", "akka.loglevel = ERROR");
        ActorSystem b = Start("b");
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        Assert.Equal("before", Await(echo.Ask<string>("before", Limit)));
        BlockingCollection<Error> errors = Events<Error>(a);
        echo.Tell(new Unserializable(), ActorRefs.NoSender);
        Assert.Contains("serialize", Next(errors).Message.ToString(), StringComparison.Ordinal);
        Assert.Equal("after", Await(echo.Ask<string>("after", Limit)));
    }

    [Fact]
    public void A_recipient_under_another_spelling_of_the_address_is_not_this_systems()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b", "akka.loglevel = ERROR");
        BlockingCollection<Error> errors = Events<Error>(b);
        BlockingCollection<string> received = new();
        b.ActorOf(Props.Create(() => new Reporter<string>(received)), "sink");
        a.ActorSelection("akka.tcp://b@localhost:" + PortOf(b) + "/user/sink").Tell("wrong");
        Assert.Contains("non-local recipient", Next(errors).Message.ToString(), StringComparison.Ordinal);
        a.ActorSelection("akka.tcp://b@127.0.0.1:" + PortOf(b) + "/user/sink").Tell("right");
        Assert.Equal("right", Next(received));

        // Both associations live side by side.
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        a.ActorSelection("akka.tcp://b@localhost:" + PortOf(b) + "/user/sink").Tell("wrong again");
        Next(errors);
        a.ActorSelection("akka.tcp://b@127.0.0.1:" + PortOf(b) + "/user/sink").Tell("right again");
        Assert.Equal("right again", Next(received));
        Assert.Empty(ends);
    }

    [Fact]
    public void Messages_to_nobody_at_an_address_become_dead_letters_and_a_started_peer_is_reached_after_the_gate()
    {
        int port = FreePort();
        ActorSystem a = Start("a");
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        BlockingCollection<AssociationErrorEvent> errors = Events<AssociationErrorEvent>(a);
        IActorRef sink = ((ExtendedActorSystem)a).Provider.ResolveActorRef("akka.tcp://b@127.0.0.1:" + port + "/user/echo");
        sink.Tell("lost", ActorRefs.NoSender);
        Assert.Equal("lost", Next(deadLetters).Message);
        Next(errors);
        // Inside the gate.
        sink.Tell("lost too", ActorRefs.NoSender);
        Assert.Equal("lost too", Next(deadLetters).Message);
        ActorSystem b = Start("b", "akka.remote.dot-netty.tcp.port = " + port);
        b.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal("found", AskUntilAnswered(sink, "found"));
    }

    [Fact]
    public void A_peer_that_is_started_anew_at_its_address_is_talked_to_under_its_new_uid()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        int port = PortOf(b);
        b.ActorOf(Props.Create<Echo>(), "echo");
        IActorRef echo = ((ExtendedActorSystem)a).Provider.ResolveActorRef(AddressOf(b) + "/user/echo");
        Assert.Equal("1", Await(echo.Ask<string>("1", Limit)));
        // Numbered system messages to the old incarnation.
        BlockingCollection<Terminated> ended = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(ended))).Ask<string>(echo, Limit));
        Stop(b);
        Next(ended);
        ActorSystem second = Start("b", "akka.remote.dot-netty.tcp.port = " + port);
        IActorRef anew = second.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal("2", AskUntilAnswered(echo, "2"));
        BlockingCollection<Terminated> endedAgain = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(endedAgain))).Ask<string>(Across(a, anew, second), Limit));
        anew.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        Assert.False(Next(endedAgain).AddressTerminated);
    }

    [Fact]
    public void A_quarantined_incarnation_is_refused_hears_of_it_and_a_new_one_is_welcome()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        int port = PortOf(b);
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>(), "echo"), b);
        Assert.Equal("1", Await(echo.Ask<string>("1", Limit)));
        BlockingCollection<QuarantinedEvent> quarantined = Events<QuarantinedEvent>(a);
        BlockingCollection<ThisActorSystemQuarantinedEvent> told = Events<ThisActorSystemQuarantinedEvent>(b);
        RemotingOf(a).Quarantine(AddressOf(b), AddressUidExtension.Uid(b));
        QuarantinedEvent happened = Next(quarantined);
        Assert.Equal((AddressOf(b), AddressUidExtension.Uid(b)), (happened.Address, happened.Uid));
        ThisActorSystemQuarantinedEvent heard = Next(told);
        Assert.Equal((AddressOf(b), AddressOf(a)), (heard.LocalAddress, heard.RemoteAddress));

        // By its own attempt to connect as well.
        while (told.TryTake(out _)) { }
        BlockingCollection<AssociatedEvent> associated = Events<AssociatedEvent>(a);
        Retry(() => b.ActorSelection(AddressOf(a) + "/user/nobody").Tell("x"), told);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        echo.Tell("dropped", ActorRefs.NoSender);
        Assert.Equal("dropped", Next(deadLetters).Message);

        Stop(b);
        ActorSystem second = Start("b", "akka.remote.dot-netty.tcp.port = " + port);
        IActorRef anew = second.ActorOf(Props.Create<Echo>(), "echo");
        Assert.Equal("2", AskUntilAnswered(Across(a, anew, second), "2"));
        Assert.All(associated.ToArray(), static e => Assert.NotNull(e.RemoteAddress));
    }

    [Fact]
    public void A_watch_survives_a_broken_connection()
    {
        ActorSystem a = Start("a", "akka.remote.watch-failure-detector.acceptable-heartbeat-pause = 30s");
        ActorSystem b = Start("b");
        IActorRef target = b.ActorOf(Props.Create<Echo>());
        IActorRef remote = Across(a, target, b);
        BlockingCollection<Terminated> ended = new();
        Await(a.ActorOf(Props.Create(() => new Watcher(ended))).Ask<string>(remote, Limit));
        Await(remote.Ask<string>("x", Limit));
        BlockingCollection<DisassociatedEvent> lost = Events<DisassociatedEvent>(b);
        RemotingOf(b).BreakConnections();
        Next(lost);
        b.Stop(target);
        Terminated terminated = Next(ended);
        Assert.Equal(remote, terminated.ActorRef);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public void A_peer_that_does_not_read_costs_its_own_messages_and_no_memory()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        ActorSystem a = Start("a", "akka.remote.dot-netty.tcp.write-buffer-high-water-mark = 1MiB");
        IActorRef sink = ((ExtendedActorSystem)a).Provider.ResolveActorRef("akka.tcp://b@127.0.0.1:" + port + "/user/x");
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        sink.Tell(new byte[100_000], ActorRefs.NoSender);
        using Socket peer = listener.Accept();
        byte[] welcome = Handshake.Write(new Welcome(new Address("akka.tcp", "b", "127.0.0.1", port), 1));
        peer.Send([.. BitConverter.GetBytes(welcome.Length + 1), (byte)FrameKind.Welcome, .. welcome]);
        // Socket buffers and the queue take some 2 MB; of 20 MB most has to be dropped.
        for (int i = 0; i < 200; i++) sink.Tell(new byte[100_000], ActorRefs.NoSender);
        for (int i = 0; i < 100; i++) Assert.Equal(100_000, ((byte[])Next(deadLetters).Message).Length);
        IActorRef local = a.ActorOf(Props.Create<Echo>());
        Assert.Equal("lives", Await(local.Ask<string>("lives", Limit)));
    }

    [Fact]
    public void Strangers_on_the_port_are_cut_off_and_others_are_served()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b");
        Random random = new(5);
        for (int i = 0; i < 20; i++)
        {
            using Socket stranger = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            stranger.Connect(IPAddress.Loopback, PortOf(b));
            byte[] noise = new byte[2000];
            random.NextBytes(noise);
            // So that not only the length check is met.
            if (i % 2 == 0) new byte[] { 100, 0, 0, 0, (byte)(1 + (i / 2 % 8)) }.CopyTo(noise, 0);
            stranger.Send(noise);
            stranger.ReceiveTimeout = (int)Limit.TotalMilliseconds;
            Assert.True(IsCutOff(stranger));
        }

        Assert.Equal("x", Await(Across(a, b.ActorOf(Props.Create<Echo>()), b).Ask<string>("x", Limit)));
    }

    [Fact]
    public void What_was_sent_last_before_the_end_of_a_system_still_arrives()
    {
        ActorSystem b = Start("b");
        BlockingCollection<int> received = new();
        IActorRef sink = b.ActorOf(Props.Create(() => new Reporter<int>(received)));
        ActorSystem a = Start("a");
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(b);
        IActorRef remote = Across(a, sink, b);
        const int Count = 5000;
        for (int i = 0; i < Count; i++) remote.Tell(i, ActorRefs.NoSender);
        Stop(a);
        for (int i = 0; i < Count; i++) Assert.Equal(i, Next(received));
        Next(ends);
    }

    [Fact]
    public void An_untrusting_system_takes_no_harmful_messages_and_no_selections_but_the_listed()
    {
        ActorSystem a = Start("a");
        ActorSystem b = Start("b", "akka.remote { untrusted-mode = on, trusted-selection-paths = [\"/user/open\"] }");
        BlockingCollection<string> received = new();
        IActorRef open = b.ActorOf(Props.Create(() => new Reporter<string>(received)), "open");
        b.ActorOf(Props.Create(() => new Reporter<string>(received)), "closed");
        Across(a, open, b).Tell(PoisonPill.Instance, ActorRefs.NoSender);
        a.Stop(Across(a, open, b));
        a.ActorSelection(AddressOf(b) + "/user/closed").Tell("hidden");
        a.ActorSelection(AddressOf(b) + "/user/open").Tell("listed");
        Assert.Equal("listed", Next(received));
        Across(a, open, b).Tell("direct", ActorRefs.NoSender);
        Assert.Equal("direct", Next(received));
    }

    private static void Retry<T>(Action action, BlockingCollection<T> until)
    {
        DateTime end = DateTime.UtcNow + Limit;
        while (DateTime.UtcNow < end)
        {
            action();
            if (until.TryTake(out _, TimeSpan.FromMilliseconds(100))) return;
        }

        throw new TimeoutException("No " + typeof(T).Name + " came");
    }

    private sealed class Unserializable
    {
        public int Handle
        {
            get => throw new InvalidOperationException("not to be read");
            set { }
        }
    }
}
