using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote;
using Xunit;

namespace Akka.Contract.Tests.Remote;

public class BrokenAssociationTests : RemotePair
{
    private readonly CuttableLink _link = new();

    [Fact]
    public void A_connection_that_breaks_loses_messages_but_neither_repeats_nor_reorders_them()
    {
        var far = StartBehindLink();
        far.ActorOf(Props.Create(() => new Sink(TestActor)), "sink");
        var sink = Resolve(far, "/user/sink");
        var sent = 0;
        var last = 0;
        for (var cut = 0; cut < 3; cut++)
        {
            for (var i = 0; i < 500; i++) sink.Tell(++sent, ActorRefs.NoSender);
            _link.Cut();
            for (var i = 0; i < 500; i++) sink.Tell(++sent, ActorRefs.NoSender);
            var beforeTheGap = sent;
            AwaitCondition(() =>
            {
                sink.Tell(++sent, ActorRefs.NoSender);
                while (ReceiveOne(TimeSpan.FromMilliseconds(20)) is int received)
                {
                    Assert.True(received > last, $"{received} came after {last}");
                    last = received;
                }

                return last > beforeTheGap;
            }, Limit, TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void The_end_of_a_watched_actor_is_told_although_the_connection_broke()
    {
        var far = StartBehindLink();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        Watch(echo);
        _link.Cut();
        far.ActorSelection("/user/echo").Tell(PoisonPill.Instance);
        ExpectTerminated(echo, Limit);
    }

    [Fact]
    public void A_quarantined_incarnation_is_cut_off_for_good_and_its_successor_is_not()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        var address = AddressOf(far);
        Sys.ActorOf(Props.Create(() => new Sink(TestActor)), "sink");
        var quarantined = CreateTestProbe();
        Sys.EventStream.Subscribe(quarantined.Ref, typeof(QuarantinedEvent));
        var told = CreateTestProbe();
        far.EventStream.Subscribe(told.Ref, typeof(ThisActorSystemQuarantinedEvent));

        ((IRemoteActorRefProvider)((ExtendedActorSystem)Sys).Provider).Quarantine(address, AddressUidExtension.Uid(far));

        var published = quarantined.ExpectMsg<QuarantinedEvent>(Limit);
        Assert.Equal((address, AddressUidExtension.Uid(far)), (published.Address, published.Uid));
        echo.Tell("never", TestActor);

        // The quarantined side hears of it when it tries to connect. Until then something may be under way.
        AwaitCondition(() =>
        {
            far.ActorSelection(AddressOf(Sys) + "/user/sink").Tell("perhaps", ActorRefs.NoSender);
            return told.ReceiveOne(TimeSpan.FromMilliseconds(100)) is ThisActorSystemQuarantinedEvent heard
                && heard.LocalAddress.Equals(address) && heard.RemoteAddress.Equals(AddressOf(Sys));
        }, Limit, TimeSpan.FromMilliseconds(10));
        far.ActorSelection(AddressOf(Sys) + "/user/sink").Tell("never", ActorRefs.NoSender);
        Assert.DoesNotContain("never", ReceiveWhile<object>(TimeSpan.FromMilliseconds(200), message => message));

        Shutdown(far, Limit);
        var successor = StartAgain(address);
        successor.ActorOf(Props.Create<Echo>(), "echo");
        AwaitAssert(() =>
        {
            Sys.ActorSelection(address + "/user/echo").Tell("to the successor", TestActor);
            FishForMessage<string>(text => text == "to the successor", TimeSpan.FromMilliseconds(300));
        }, Limit, TimeSpan.FromMilliseconds(10));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _link.Dispose();
    }

    /// <summary>Advertises the port of the link and listens on another one.</summary>
    private ActorSystem StartBehindLink()
    {
        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort();
            try
            {
                var system = StartOther("far", $"akka.remote.dot-netty.tcp {{ port = {port}, public-port = {_link.Port} }}");
                _link.PassOnTo(port);
                return system;
            }
            catch (Exception) when (attempt < 10)
            {
                // Somebody else took the port before the system could.
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Tells a probe in its own system what it gets.</summary>
    private sealed class Sink : ReceiveActor
    {
        public Sink(IActorRef probe)
        {
            ReceiveAny(message => probe.Tell(message, ActorRefs.NoSender));
        }
    }
}
