using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Associations;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>A peer that takes nothing costs a bounded amount of memory, its own messages, and nobody else anything.</summary>
public sealed class BackPressureTests : RemoteFixture
{
    private const int PayloadSize = 20_000;

    private const int HighWaterMark = 1 << 20;

    private const string Bounded = "akka.remote.dot-netty.tcp { write-buffer-high-water-mark = 1MiB, send-buffer-size = 64KiB }\n";

    private readonly Socket _listener;
    private readonly Address _address;
    private FakePeer _peer;

    public BackPressureTests()
    {
        _listener = FakePeer.Listen(out _address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_waits_for_a_peer_that_never_reads_is_bounded_and_counted_and_others_are_served(bool isWelcomed)
    {
        ActorSystem a = Start("a", "akka.loglevel = WARNING\n" + Bounded);
        ActorSystem b = Start("b");
        IActorRef friend = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        Assert.Equal("before", Await(friend.Ask<string>("before", Limit)));
        BlockingCollection<Warning> warnings = Events<Warning>(a);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        IActorRef stalled = ((ExtendedActorSystem)a).Provider.ResolveActorRef(new RootActorPath(_address) / "user" / "x");
        Association association = RemotingOf(a).AssociationWith(_address);

        stalled.Tell(new byte[PayloadSize], ActorRefs.NoSender);
        // Not welcomed: the messages wait for the handshake. Welcomed: for the socket.
        _peer = isWelcomed ? FakePeer.Welcome(_listener, _address, 1) : FakePeer.Accept(_listener);
        // 100 MB, of which the peer's window and this side's buffers take two or three.
        for (int i = 0; i < 5000; i++)
        {
            stalled.Tell(new byte[PayloadSize], ActorRefs.NoSender);
            Assert.InRange(association.WaitingBytes, 0, HighWaterMark + (2 * PayloadSize) + (1 << 20));
        }

        for (int i = 0; i < 4000; i++) Assert.Equal(PayloadSize, ((byte[])Next(deadLetters).Message).Length);
        // The warnings of other things aside.
        string said;
        do said = Next(warnings).Message.ToString();
        while (!said.Contains("were dropped", StringComparison.Ordinal));
        Assert.Contains(_address.ToString(), said, StringComparison.Ordinal);
        Assert.Equal("after", Await(friend.Ask<string>("after", Limit)));
        Assert.Empty(ends);
    }

    [Fact]
    public void A_peer_that_reads_again_gets_the_messages_that_waited_and_those_that_come_afterwards_in_order()
    {
        ActorSystem a = Start("a", Bounded);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        IActorRef stalled = ((ExtendedActorSystem)a).Provider.ResolveActorRef(new RootActorPath(_address) / "user" / "x");
        int sent = 0;
        Send();
        _peer = FakePeer.Welcome(_listener, _address, 1);
        while (deadLetters.Count == 0) Send();
        int last = -1;
        int seen = 0;
        while (seen < 200)
        {
            seen++;
            int number = NumberOf(_peer.Next(Akka.Remote.Wire.FrameKind.UserMessage).Body);
            Assert.True(number > last, number + " after " + last);
            last = number;
            if (seen > 20) Send();
        }

        void Send()
        {
            byte[] payload = new byte[PayloadSize];
            BitConverter.TryWriteBytes(payload, sent++);
            stalled.Tell(payload, ActorRefs.NoSender);
        }

        static int NumberOf(byte[] body) => BitConverter.ToInt32(body, body.Length - PayloadSize);
    }

    [Fact]
    public void System_messages_are_kept_while_user_messages_are_dropped()
    {
        ActorSystem a = Start("a", Bounded);
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        IActorRef stalled = ((ExtendedActorSystem)a).Provider.ResolveActorRef(new RootActorPath(_address) / "user" / "x");
        stalled.Tell("first", ActorRefs.NoSender);
        _peer = FakePeer.Welcome(_listener, _address, 1);
        while (deadLetters.Count == 0) stalled.Tell(new byte[PayloadSize], ActorRefs.NoSender);
        for (int i = 0; i < 100; i++) ((IInternalActorRef)stalled).Stop();
        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (long)i), _peer.NextNumbers(100));
    }

    [Fact]
    public void Dropping_begins_at_the_high_mark_and_ends_at_the_low_one()
    {
        ByteGate gate = new(highWaterMark: 100, lowWaterMark: 40);
        Assert.True(gate.Admits(99));
        Assert.False(gate.Admits(100));
        Assert.False(gate.Admits(41));
        Assert.True(gate.Admits(40));
        Assert.True(gate.Admits(99));
    }

    public override void Dispose()
    {
        // First, or the end of the systems would wait for it.
        _peer?.Dispose();
        _listener.Dispose();
        base.Dispose();
    }
}
