using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>Acknowledged delivery of system messages, against a peer that acknowledges, repeats and loses at will.</summary>
public sealed class SystemResendTests : RemoteFixture
{
    private const int Uid = 4711;

    private readonly Socket _listener;
    private readonly Address _address;

    public SystemResendTests()
    {
        _listener = FakePeer.Listen(out _address);
    }

    [Fact]
    public void What_is_not_acknowledged_is_sent_again_under_its_number_until_it_is()
    {
        ActorSystem a = Start("a", "akka.remote.resend-interval = 100ms");
        Stop(a, count: 3);
        using FakePeer peer = FakePeer.Welcome(_listener, _address, Uid);
        Assert.Equal([1L, 2, 3, 1, 2, 3, 1, 2, 3], peer.NextNumbers(9));
        peer.Acknowledge(2);
        peer.Acknowledge(3);
        Stop(a, count: 1);
        // What was on its way already may still come.
        while (peer.NextNumbers(1)[0] != 4) { }
        Assert.Equal([4L, 4, 4], peer.NextNumbers(3));
    }

    [Fact]
    public void No_more_than_the_limit_are_sent_again_at_a_time()
    {
        ActorSystem a = Start("a", "akka.remote { resend-interval = 100ms, resend-limit = 2 }");
        Stop(a, count: 4);
        using FakePeer peer = FakePeer.Welcome(_listener, _address, Uid);
        Assert.Equal([1L, 2, 3, 4, 1, 2, 1, 2], peer.NextNumbers(8));
    }

    [Fact]
    public void On_a_new_connection_to_the_same_incarnation_everything_unacknowledged_comes_first_and_in_order()
    {
        ActorSystem a = Start("a", "akka.remote.resend-interval = 1h");
        Stop(a, count: 3);
        using (FakePeer first = FakePeer.Welcome(_listener, _address, Uid))
        {
            first.NextNumbers(3);
            first.Acknowledge(1);
            // The acknowledgement is in when the connection's end is: they come the same way.
        }

        using FakePeer second = FakePeer.Welcome(_listener, _address, Uid);
        Stop(a, count: 1);
        Assert.Equal([2L, 3, 4], second.NextNumbers(3));
    }

    [Fact]
    public void Another_incarnation_gets_nothing_that_was_meant_for_the_former_one()
    {
        ActorSystem a = Start("a", "akka.remote.resend-interval = 1h");
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(a);
        Stop(a, count: 3);
        using (FakePeer first = FakePeer.Welcome(_listener, _address, Uid)) first.NextNumbers(3);
        Next(ends);
        using FakePeer second = FakePeer.Welcome(_listener, _address, Uid + 1);
        Stop(a, count: 1);
        // Whether it was told before or after the new incarnation was known: it is the first one that this one hears of.
        Assert.Equal(1, second.NextNumbers(1)[0]);
    }

    [Fact]
    public void An_overflow_of_the_buffer_quarantines_the_peer()
    {
        ActorSystem a = Start("a", "akka.remote { system-message-buffer-size = 10, resend-interval = 1h }");
        BlockingCollection<QuarantinedEvent> quarantined = Events<QuarantinedEvent>(a);
        Stop(a, count: 10);
        using FakePeer peer = FakePeer.Welcome(_listener, _address, Uid);
        peer.NextNumbers(10);
        Assert.Empty(quarantined);
        Stop(a, count: 1);
        QuarantinedEvent happened = Next(quarantined);
        Assert.Equal((_address, Uid), (happened.Address, happened.Uid));
        Assert.Equal((byte)DisassociateInfo.Quarantined, peer.Next(FrameKind.Disassociate).Body[0]);
    }

    [Fact]
    public void An_acknowledgement_of_what_was_never_sent_quarantines_the_peer()
    {
        ActorSystem a = Start("a");
        BlockingCollection<QuarantinedEvent> quarantined = Events<QuarantinedEvent>(a);
        Stop(a, count: 1);
        using FakePeer peer = FakePeer.Welcome(_listener, _address, Uid);
        peer.NextNumbers(1);
        peer.Acknowledge(7);
        Assert.Equal(Uid, Next(quarantined).Uid);
    }

    [Fact]
    public void A_repeated_system_message_is_delivered_once_and_acknowledged_again()
    {
        ActorSystem a = Start("a", "akka.remote.system-message-ack-piggyback-timeout = 50ms");
        IActorRef[] actors = Enumerable.Range(0, 3).Select(_ => a.ActorOf(Props.Create<Echo>())).ToArray();
        using FakePeer peer = FakePeer.Dial(a, _address, Uid);
        peer.SendMessage(a, actors[0], new Terminate(), number: 1);
        Assert.Equal(1, peer.NextAck());
        // Under the number of the first: whom it is for does not matter any more.
        peer.SendMessage(a, actors[1], new Terminate(), number: 1);
        Assert.Equal(1, peer.NextAck());
        peer.SendMessage(a, actors[2], new Terminate(), number: 2);
        Assert.Equal(2, peer.NextAck());
        Assert.True(Await(actors[0].WatchAsync()));
        Assert.True(Await(actors[2].WatchAsync()));
        Assert.Equal("lives", Await(actors[1].Ask<string>("lives", Limit)));
    }

    [Fact]
    public void Acknowledgements_are_collected_for_the_configured_time()
    {
        ActorSystem a = Start("a", "akka.remote.system-message-ack-piggyback-timeout = 1h");
        IActorRef actor = a.ActorOf(Props.Create<Echo>());
        using FakePeer peer = FakePeer.Dial(a, _address, Uid);
        // Long before the time is over, a part of the sender's buffer is acknowledged.
        for (int i = 1; i <= 200; i++) peer.SendMessage(a, actor, new Suspend(), number: i);
        Assert.InRange(peer.NextAck(), 2, 200);
    }

    [Fact]
    public void A_gap_between_system_messages_closes_the_connection_before_anything_is_delivered()
    {
        ActorSystem a = Start("a");
        IActorRef actor = a.ActorOf(Props.Create<Echo>());
        using FakePeer peer = FakePeer.Dial(a, _address, Uid);
        peer.SendMessage(a, actor, new Terminate(), number: 2);
        Assert.True(IsCutOff(peer.Socket));
        Assert.Equal("lives", Await(actor.Ask<string>("lives", Limit)));
    }

    [Fact]
    public void A_new_incarnation_of_the_sender_begins_with_number_one()
    {
        ActorSystem a = Start("a", "akka.remote.system-message-ack-piggyback-timeout = 50ms");
        IActorRef first = a.ActorOf(Props.Create<Echo>());
        IActorRef second = a.ActorOf(Props.Create<Echo>());
        using FakePeer old = FakePeer.Dial(a, _address, Uid);
        old.SendMessage(a, first, new Terminate(), number: 1);
        Assert.Equal(1, old.NextAck());
        using FakePeer anew = FakePeer.Dial(a, _address, Uid + 1);
        anew.SendMessage(a, second, new Terminate(), number: 1);
        Assert.Equal(1, anew.NextAck());
        Assert.True(Await(second.WatchAsync()));
        Assert.True(IsCutOff(old.Socket));
    }

    [Fact]
    public void A_peer_that_stays_away_while_system_messages_wait_for_it_is_quarantined()
    {
        ActorSystem a = Start("a", "akka.remote { quarantine-after-silence = 100ms, retry-gate-closed-for = 1h, resend-interval = 1h }");
        BlockingCollection<QuarantinedEvent> quarantined = Events<QuarantinedEvent>(a);
        Stop(a, count: 1);
        using (FakePeer peer = FakePeer.Welcome(_listener, _address, Uid)) peer.NextNumbers(1);
        Assert.Equal(Uid, Next(quarantined).Uid);
    }

    [Fact]
    public void System_messages_to_an_address_that_never_answers_are_given_up()
    {
        _listener.Dispose();
        ActorSystem a = Start("a", "akka.loglevel = ERROR\nakka.remote { initial-system-message-delivery-timeout = 100ms, retry-gate-closed-for = 1h }");
        BlockingCollection<Error> errors = Events<Error>(a);
        Stop(a, count: 1);
        Assert.Contains("never answered", Next(errors).Message.ToString(), StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        base.Dispose();
        _listener.Dispose();
    }

    /// <summary>System messages to the fake peer.</summary>
    private void Stop(ActorSystem system, int count)
    {
        IActorRef remote = ((ExtendedActorSystem)system).Provider.ResolveActorRef(new RootActorPath(_address) / "user" / "x");
        for (int i = 0; i < count; i++) ((IInternalActorRef)remote).Stop();
    }
}
