using System;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>Connections that break, stall, overlap or never come about.</summary>
public sealed class ConnectionFaultTests : RemoteFixture
{
    private readonly Socket _listener;
    private readonly Address _address;

    public ConnectionFaultTests()
    {
        _listener = FakePeer.Listen(out _address);
    }

    [Fact]
    public void Over_broken_connections_messages_may_be_lost_but_come_neither_twice_nor_out_of_order()
    {
        ActorSystem a = Start("a", "akka.remote.retry-gate-closed-for = 10ms");
        ActorSystem b = Start("b");
        BlockingCollection<int> received = new();
        IActorRef sink = Across(a, b.ActorOf(Props.Create(() => new Reporter<int>(received))), b);
        int sent = 0;
        int last = -1;
        for (int round = 0; round < 15; round++)
        {
            // Some are on the way, some in the queue, some in the socket when it happens.
            for (int i = 0; i < 500; i++) sink.Tell(sent++, ActorRefs.NoSender);
            if (round % 2 == 0) RemotingOf(b).BreakConnections();
            else RemotingOf(a).BreakConnections();
            int before = last;
            // Until something of after the break has come.
            while (last == before || last < sent - 1)
            {
                if (!received.TryTake(out int number, TimeSpan.FromMilliseconds(20)))
                {
                    sink.Tell(sent++, ActorRefs.NoSender);
                    continue;
                }

                Assert.True(number > last, number + " came after " + last);
                last = number;
            }
        }
    }

    [Fact]
    public void A_watch_and_its_end_survive_connections_that_break_again_and_again()
    {
        ActorSystem a = Start("a", "akka.remote { retry-gate-closed-for = 10ms, watch-failure-detector.acceptable-heartbeat-pause = 60s }");
        ActorSystem b = Start("b", "akka.remote { retry-gate-closed-for = 10ms, watch-failure-detector.acceptable-heartbeat-pause = 60s }");
        BlockingCollection<Terminated> ended = new();
        IActorRef watcher = a.ActorOf(Props.Create(() => new Watcher(ended)));
        for (int round = 0; round < 5; round++)
        {
            IActorRef target = b.ActorOf(Props.Create<Echo>());
            IActorRef remote = Across(a, target, b);
            Await(watcher.Ask<string>(remote, Limit));
            RemotingOf(round % 2 == 0 ? a : b).BreakConnections();
            b.Stop(target);
            RemotingOf(round % 2 == 0 ? b : a).BreakConnections();
            Terminated terminated = Next(ended);
            Assert.Equal(remote, terminated.ActorRef);
            Assert.False(terminated.AddressTerminated);
        }
    }

    [Fact]
    public void A_frame_that_comes_byte_by_byte_is_delivered_and_half_a_frame_is_not()
    {
        ActorSystem a = Start("a");
        BlockingCollection<string> received = new();
        IActorRef sink = a.ActorOf(Props.Create(() => new Reporter<string>(received)));
        byte[] frame = FakePeer.MessageFrame(a, sink, "whole");
        using (FakePeer peer = FakePeer.Dial(a, _address, 1))
        {
            peer.Socket.NoDelay = true;
            foreach (byte b in frame) peer.SendRaw([b]);
            Assert.Equal("whole", Next(received));
            peer.SendRaw(frame.AsSpan(0, frame.Length - 1));
        }

        using FakePeer second = FakePeer.Dial(a, _address, 1);
        second.SendMessage(a, sink, "next");
        Assert.Equal("next", Next(received));
    }

    [Fact]
    public void Half_of_a_large_payload_holds_no_memory_after_its_connection_has_ended()
    {
        ActorSystem a = Start("a");
        IActorRef sink = a.ActorOf(Props.Create<Echo>());
        byte[] frame = FakePeer.MessageFrame(a, sink, new byte[100_000]);
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        using (FakePeer peer = FakePeer.Dial(a, _address, 1)) peer.SendRaw(frame.AsSpan(0, 60_000));
        Assert.True(Next(ends).IsInbound);
        Assert.Equal("lives", Await(sink.Ask<string>("lives", Limit)));
    }

    [Fact]
    public void An_incoming_frame_beyond_the_limit_closes_its_connection()
    {
        ActorSystem a = Start("a");
        BlockingCollection<AssociationErrorEvent> errors = Events<AssociationErrorEvent>(a);
        IActorRef sink = a.ActorOf(Props.Create<Echo>());
        using FakePeer peer = FakePeer.Dial(a, _address, 1);
        peer.SendRaw(FakePeer.MessageFrame(a, sink, new byte[200_000]).AsSpan(0, 1000));
        Assert.True(IsCutOff(peer.Socket));
        Assert.IsType<ProtocolException>(Next(errors).Cause);
    }

    [Fact]
    public void A_later_connection_of_a_peer_takes_over_from_the_earlier_one()
    {
        ActorSystem a = Start("a");
        BlockingCollection<string> received = new();
        IActorRef sink = a.ActorOf(Props.Create(() => new Reporter<string>(received)));
        using FakePeer first = FakePeer.Dial(a, _address, 1);
        first.SendMessage(a, sink, "first");
        Assert.Equal("first", Next(received));
        using FakePeer second = FakePeer.Dial(a, _address, 1);
        Assert.True(IsCutOff(first.Socket));
        second.SendMessage(a, sink, "second");
        Assert.Equal("second", Next(received));
    }

    [Fact]
    public void A_peer_that_accepts_and_says_nothing_is_given_up_after_the_handshake_timeout()
    {
        ActorSystem a = Start("a", "akka.remote.handshake-timeout = 100ms");
        BlockingCollection<AssociationErrorEvent> errors = Events<AssociationErrorEvent>(a);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        Peer(a).Tell("lost", ActorRefs.NoSender);
        using FakePeer peer = FakePeer.Accept(_listener);
        Assert.IsType<TimeoutException>(Next(errors).Cause);
        Assert.Equal("lost", Next(deadLetters).Message);
        Assert.True(IsCutOff(peer.Socket));
    }

    [Fact]
    public void A_peer_that_falls_silent_is_found_out_in_both_directions()
    {
        ActorSystem a = Start("a", "akka.remote.transport-failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 400ms }");
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        Peer(a).Tell("x", ActorRefs.NoSender);
        using FakePeer answering = FakePeer.Welcome(_listener, _address, 1);
        using FakePeer calling = FakePeer.Dial(a, _address, 1);
        Assert.NotEqual(Next(ends).IsInbound, Next(ends).IsInbound);
        Assert.True(IsCutOff(answering.Socket));
        Assert.True(IsCutOff(calling.Socket));
    }

    [Fact]
    public void Heartbeats_keep_a_connection_without_messages()
    {
        ActorSystem a = Start("a", "akka.remote.transport-failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 60s }");
        Peer(a).Tell("x", ActorRefs.NoSender);
        using FakePeer answering = FakePeer.Welcome(_listener, _address, 1);
        using FakePeer calling = FakePeer.Dial(a, _address, 1);
        answering.Next(FrameKind.Heartbeat);
        calling.Next(FrameKind.Heartbeat);
    }

    [Fact]
    public void The_failure_detector_of_connections_is_of_the_configured_class()
    {
        ActorSystem a = Start("a", "akka.remote.transport-failure-detector.implementation-class = \"" + typeof(Hopeless).AssemblyQualifiedName + "\"");
        BlockingCollection<AssociationErrorEvent> errors = Events<AssociationErrorEvent>(a);
        Peer(a).Tell("x", ActorRefs.NoSender);
        using FakePeer peer = FakePeer.Welcome(_listener, _address, 1);
        Assert.IsType<TimeoutException>(Next(errors).Cause);
    }

    [Fact]
    public void A_wrong_class_of_a_failure_detector_is_told_at_the_start() => Assert.Throws<ConfigurationException>(
        () => Start("a", "akka.remote.transport-failure-detector.implementation-class = \"No.Such, Thing\""));

    [Fact]
    public void A_handshake_under_another_scheme_is_refused()
    {
        ActorSystem a = Start("a");
        using FakePeer peer = FakePeer.DialOnly(a);
        peer.Send(FrameKind.Hello, Handshake.Write(new Hello(new Address("akka.ssl.tcp", "x", "127.0.0.1", 1), 1, AddressOf(a).ToString())));
        Assert.True(IsCutOff(peer.Socket));
    }

    [Fact]
    public void An_end_while_messages_wait_for_a_silent_peer_takes_no_longer_than_the_flush()
    {
        ActorSystem a = Start("a", "akka.remote.flush-wait-on-shutdown = 100ms");
        Peer(a).Tell("x", ActorRefs.NoSender);
        using FakePeer peer = FakePeer.Accept(_listener);
        Stop(a);
        Assert.True(IsCutOff(peer.Socket));
    }

    [Fact]
    public void An_address_that_nobody_ever_answered_from_is_forgotten_and_found_again_when_needed()
    {
        ActorSystem a = Start("a", "akka.remote.retry-gate-closed-for = 10ms");
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        _listener.Dispose();
        IActorRef nobody = Peer(a);
        nobody.Tell("lost", ActorRefs.NoSender);
        Assert.Equal("lost", Next(deadLetters).Message);
        Akka.Remote.Associations.Association first = RemotingOf(a).AssociationWith(_address);
        DateTime end = DateTime.UtcNow + Limit;
        while (!first.IsRetired && DateTime.UtcNow < end) first.TryRetire(idleMs: 0);
        Assert.True(first.IsRetired);

        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, _address.Port.Value));
        listener.Listen();
        // The reference has been used before: it knows the one that was forgotten.
        nobody.Tell("found", ActorRefs.NoSender);
        using FakePeer peer = FakePeer.Welcome(listener, _address, 1);
        peer.Next(FrameKind.UserMessage);
        Assert.NotSame(first, RemotingOf(a).AssociationWith(_address));
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private IActorRef Peer(ActorSystem system) =>
        ((ExtendedActorSystem)system).Provider.ResolveActorRef(new RootActorPath(_address) / "user" / "x");

    /// <summary>Takes everybody for dead.</summary>
    public sealed class Hopeless : FailureDetector
    {
        public Hopeless(Config config, EventStream eventStream)
        {
        }

        public override bool IsAvailable => false;

        public override bool IsMonitoring => true;

        public override void HeartBeat()
        {
        }
    }
}
