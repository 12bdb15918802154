using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>Heartbeats are not held up, and not dropped, because others have much to say to the same peer.</summary>
public sealed class UrgentMessageTests : RemoteFixture
{
    private readonly Socket _listener;
    private readonly Address _address;
    private FakePeer _peer;

    public UrgentMessageTests()
    {
        _listener = FakePeer.Listen(out _address);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_heartbeat_goes_out_while_user_messages_are_dropped(bool bySelection, bool beforeTheWelcome)
    {
        ActorSystem a = Start("a", "akka.remote.dot-netty.tcp { write-buffer-high-water-mark = 1MiB, send-buffer-size = 64KiB }\n");
        BlockingCollection<DeadLetter> deadLetters = Events<DeadLetter>(a);
        ActorPath path = new RootActorPath(_address) / "user" / "x";
        IActorRef stalled = ((ExtendedActorSystem)a).Provider.ResolveActorRef(path);
        stalled.Tell("first", ActorRefs.NoSender);
        if (!beforeTheWelcome) _peer = FakePeer.Welcome(_listener, _address, 1);
        while (deadLetters.Count == 0) stalled.Tell(new byte[20_000], ActorRefs.NoSender);

        if (bySelection) a.ActorSelection(path).Tell(RemoteWatcher.Heartbeat.Instance, ActorRefs.NoSender);
        else stalled.Tell(RemoteWatcher.Heartbeat.Instance, ActorRefs.NoSender);

        _peer ??= FakePeer.Welcome(_listener, _address, 1);
        // Of what was admitted before, "first" is small, the rest is large.
        int small = 0;
        while (small < 2)
            if (_peer.Next(FrameKind.UserMessage).Body.Length < 10_000) small++;
    }

    public override void Dispose()
    {
        _peer?.Dispose();
        _listener.Dispose();
        base.Dispose();
    }
}
