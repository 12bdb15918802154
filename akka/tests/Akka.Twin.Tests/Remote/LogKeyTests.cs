using System;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>The keys log-* of remoting.</summary>
public sealed class LogKeyTests : RemoteFixture
{
    [Fact]
    public void Sent_and_received_messages_are_logged_when_asked_for()
    {
        ActorSystem a = Start("a", "akka { loglevel = DEBUG, remote.log-sent-messages = on }");
        ActorSystem b = Start("b", "akka { loglevel = DEBUG, remote.log-received-messages = on }");
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        BlockingCollection<Debug> sent = Events<Debug>(a);
        BlockingCollection<Debug> received = Events<Debug>(b);
        echo.Tell("hello", ActorRefs.NoSender);
        Expect(sent, "sending message [hello]");
        Expect(received, "received message [hello]");
    }

    [Fact]
    public void Life_cycle_events_are_logged_at_their_level_and_not_at_all_when_off()
    {
        ActorSystem a = Start("a", "akka.loglevel = DEBUG");
        ActorSystem quiet = Start("quiet", "akka { loglevel = DEBUG, remote.log-remote-lifecycle-events = off }");
        ActorSystem b = Start("b");
        IActorRef echo = b.ActorOf(Props.Create<Echo>());
        BlockingCollection<Debug> heard = Events<Debug>(a);
        BlockingCollection<Debug> notHeard = Events<Debug>(quiet);
        Assert.Equal("x", Await(Across(a, echo, b).Ask<string>("x", Limit)));
        Assert.Equal("x", Await(Across(quiet, echo, b).Ask<string>("x", Limit)));
        Expect(heard, "Associated [" + AddressOf(a) + "] -> [" + AddressOf(b) + "]");
        Assert.DoesNotContain(notHeard.ToArray(), static line => line.Message.ToString().StartsWith("Associated", StringComparison.Ordinal));
    }

    [Fact]
    public void Large_frames_are_logged_once_per_type_until_a_larger_one_comes()
    {
        ActorSystem a = Start("a", "akka { loglevel = INFO, remote.log-frame-size-exceeding = 10000b }");
        ActorSystem b = Start("b");
        IActorRef echo = Across(a, b.ActorOf(Props.Create<Echo>()), b);
        BlockingCollection<Info> infos = Events<Info>(a);
        foreach (int size in new[] { 9_000, 20_000, 20_000, 21_000, 40_000 }) echo.Tell(new byte[size], ActorRefs.NoSender);
        Assert.InRange(SizeIn(Expect(infos, "Payload size for [System.Byte[]]")), 20_000, 20_500);
        Assert.InRange(SizeIn(Expect(infos, "Payload size for [System.Byte[]]")), 40_000, 40_500);
    }

    [Fact]
    public void A_long_queue_is_warned_of()
    {
        using Socket listener = FakePeer.Listen(out Address address);
        ActorSystem a = Start("a", "akka { loglevel = WARNING, remote { log-buffer-size-exceeding = 100, flush-wait-on-shutdown = 100ms } }");
        BlockingCollection<Warning> warnings = Events<Warning>(a);
        IActorRef silent = ((ExtendedActorSystem)a).Provider.ResolveActorRef(new RootActorPath(address) / "user" / "x");
        for (int i = 0; i < 200; i++) silent.Tell(i, ActorRefs.NoSender);
        Expect(warnings, "buffered messages");
    }

    private static string Expect<T>(BlockingCollection<T> events, string text) where T : LogEvent
    {
        while (true)
        {
            string said = Next(events).Message.ToString();
            if (said.Contains(text, StringComparison.Ordinal)) return said;
        }
    }

    private static int SizeIn(string line)
    {
        int from = line.IndexOf("is [", StringComparison.Ordinal) + 4;
        return int.Parse(line.AsSpan(from, line.IndexOf(']', from) - from));
    }
}
