using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote;
using Akka.Remote.Associations;
using Akka.Remote.Wire;
using Xunit;

namespace Akka.Twin.Tests.Remote;

/// <summary>
/// Damaged bytes through the whole way of incoming ones: link, decoder, header, serializer, delivery. AKKA_LONG=1: ten million frames.
/// </summary>
public sealed class FrameFuzzTests : RemoteFixture
{
    private const int FramesPerInput = 8;

    private const int PiecesPerInput = 16;

    /// <summary>Of a connection itself (two buffers of 64 KiB at most), and of a payload of up to 128 KB that is announced and does not come.</summary>
    private const int BytesPerConnection = 512 * 1024;

    /// <summary>What may be made of one byte that came.</summary>
    private const int BytesPerByte = 200;

    /// <summary>Tables double and what is loaded is loaded once: more inputs than that, however many there are, cost what they cost each time.</summary>
    private const int RepeatsMax = 64;

    private static readonly Address Peer = new("akka.tcp", "fuzz", "127.0.0.1", 1);

    private int _repeated;

    private static bool IsLong => Environment.GetEnvironmentVariable("AKKA_LONG") == "1";

    [Fact]
    public void Damaged_frames_to_a_listening_system_only_close_their_connection_and_cost_no_more_than_they_are_long()
    {
        ActorSystem system = Start("fuzzed");
        Remoting remoting = RemotingOf(system);
        Random random = new(20_25);
        Mutator mutator = new(random);
        byte[][] corpus = Corpus(system).ToArray();
        byte[] hello = Frame(FrameKind.Hello, Handshake.Write(new Hello(Peer, 17, AddressOf(system).ToString())));
        int inputs = (IsLong ? 10_000_000 : 100_000) / FramesPerInput;
        int refused = 0;
        for (int input = 0; input < inputs; input++)
        {
            byte[] bytes = Input(random, mutator, corpus, hello);
            InboundLink link = null;
            IsBounded(input, bytes, () =>
            {
                link = new InboundLink(remoting, new MemoryChannel(bytes, Math.Max(1, bytes.Length / PiecesPerInput)), "memory");
                link.Link.StartReading();
            });
            Assert.True(link.Link.Ended.IsCompleted, "input " + input);
            Assert.True(link.ClosedBy is null or ProtocolException, "input " + input + ": " + link.ClosedBy);
            if (link.ClosedBy is not null) refused++;
        }

        // Most are found out; some mutations do no harm.
        Assert.InRange(refused, inputs / 10, inputs);
        Assert.Equal("lives", Await(system.ActorOf(Props.Create<Echo>()).Ask<string>("lives", Limit)));
    }

    [Fact]
    public void Damaged_answers_to_a_connecting_system_only_close_their_connection()
    {
        ActorSystem system = Start("fuzzed");
        Remoting remoting = RemotingOf(system);
        Association association = remoting.AssociationWith(Peer);
        Random random = new(7);
        Mutator mutator = new(random);
        byte[][] corpus =
        [
            Frame(FrameKind.Welcome, Handshake.Write(new Welcome(Peer, 17))), Frame(FrameKind.Refuse, Handshake.WriteRefusal(RefusalReason.Quarantined, "no")),
            Frame(FrameKind.Ack, new byte[8]), Frame(FrameKind.Heartbeat, []), Frame(FrameKind.Disassociate, [1]),
        ];
        int inputs = (IsLong ? 1_000_000 : 20_000) / FramesPerInput;
        for (int input = 0; input < inputs; input++)
        {
            byte[] bytes = Input(random, mutator, corpus, corpus[0]);
            OutboundLink link = null;
            IsBounded(input, bytes, () =>
            {
                link = new OutboundLink(association, new MemoryChannel(bytes, Math.Max(1, bytes.Length / PiecesPerInput)), 128_000, remoting.NewTransportFailureDetector());
                link.Link.StartReading();
            });
            Assert.True(link.Link.Ended.IsCompleted, "input " + input);
            Assert.True(link.ClosedBy is null or ProtocolException, "input " + input + ": " + link.ClosedBy);
        }
    }

    [Fact]
    public void A_well_behaved_peer_is_served_while_others_send_damaged_frames()
    {
        ActorSystem near = Start("near");
        ActorSystem far = Start("far");
        IActorRef echo = Across(near, far.ActorOf(Props.Create<Echo>(), "served"), far);
        Assert.Equal("first", Await(echo.Ask<string>("first", Limit)));
        BlockingCollection<DisassociatedEvent> ends = Events<DisassociatedEvent>(near);
        using CancellationTokenSource done = new();
        Task hostile = Task.Factory.StartNew(() => SendDamaged(far, done.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        int asks = IsLong ? 20_000 : 1000;
        for (int i = 0; i < asks && !hostile.IsCompleted; i++) Assert.Equal(i, Await(echo.Ask<int>(i, Limit)));
        done.Cancel();
        Await(hostile);
        Assert.Empty(ends);
    }

    /// <summary>
    /// What an input costs, it costs each time. A queue or table of the system that happens to grow is paid for by all the inputs that
    /// it has room for afterwards: it does not grow again at once, and so the inputs that find it full are few.
    /// </summary>
    private void IsBounded(int input, byte[] bytes, Action take)
    {
        long allocated = 0;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            take();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated <= BytesPerConnection + ((long)bytes.Length * BytesPerByte)) return;
            if (attempt == 0) Assert.True(++_repeated <= RepeatsMax, "input " + input + ": the " + _repeated + "th that cost more than its length when first seen, " + allocated + " bytes for " + bytes.Length);
        }

        Assert.Fail("input " + input + ": " + allocated + " bytes for " + bytes.Length);
    }

    private static void SendDamaged(ActorSystem to, CancellationToken until)
    {
        Random random = new(99);
        Mutator mutator = new(random);
        byte[][] corpus = Corpus(to).ToArray();
        byte[] hello = Frame(FrameKind.Hello, Handshake.Write(new Hello(Peer, 17, AddressOf(to).ToString())));
        while (!until.IsCancellationRequested)
        {
            using FakePeer stranger = FakePeer.DialOnly(to);
            try
            {
                stranger.SendRaw(Input(random, mutator, corpus, hello));
                stranger.Socket.Shutdown(SocketShutdown.Send);
                IsCutOff(stranger.Socket);
            }
            catch (SocketException)
            {
                // Cut off while it was still sending.
            }
        }
    }

    /// <summary>Mostly behind a sound handshake, or little would come further than that.</summary>
    private static byte[] Input(Random random, Mutator mutator, byte[][] corpus, byte[] handshake)
    {
        List<byte> bytes = new();
        bytes.AddRange(random.Next(10) == 0 ? mutator.Mutate(handshake) : handshake);
        for (int i = 0; i < FramesPerInput; i++) bytes.AddRange(mutator.Mutate(corpus[random.Next(corpus.Length)]));
        return bytes.ToArray();
    }

    /// <summary>Nothing that would stop an actor of the system: this is about bytes.</summary>
    private static List<byte[]> Corpus(ActorSystem system)
    {
        IActorRef sink = system.ActorOf(Props.Create<Sink>());
        IInternalActorRef remote = (IInternalActorRef)((ExtendedActorSystem)system).Provider.ResolveActorRef(new RootActorPath(Peer) / "user" / "x");
        List<byte[]> corpus =
        [
            Frame(FrameKind.Heartbeat, []), Frame(FrameKind.Ack, new byte[8]), Frame(FrameKind.Disassociate, [1]), Define(sink, system), Use(),
        ];
        foreach (object message in new object[]
        {
            "text", 17, 1L << 40, new byte[300], new byte[20_000], new Identify("id"), new ActorIdentity("id", sink), sink, new Status.Success("ok"),
            new Status.Failure(new ArgumentException("outer", new InvalidOperationException("inner"))), system.Provider().DefaultAddress,
            new ActorSelectionMessage("text", [new SelectChildName("user"), new SelectChildPattern("a*b?"), SelectParent.Instance], true),
        })
        {
            corpus.Add(FakePeer.MessageFrame(system, sink, message));
        }

        int number = 1;
        foreach (object message in new object[]
        {
            new Watch((IInternalActorRef)sink, remote), new Unwatch((IInternalActorRef)sink, remote), new DeathWatchNotification(remote, true, false),
        })
        {
            corpus.Add(FakePeer.MessageFrame(system, sink, message, number++));
        }

        return corpus;
    }

    /// <summary>A message that defines the number of its recipient and its manifest, and one that uses them.</summary>
    private static byte[] Define(IActorRef to, ActorSystem system) => Message(new WireWriter()
        .Byte((byte)NameTag.Define).UInt16(3).String(to.Path.ToSerializationFormatWithAddress(AddressOf(system))).Byte((byte)NameTag.None)
        .Int32(17).Byte((byte)NameTag.Define).UInt16(5).String("S"));

    private static byte[] Use() => Message(new WireWriter()
        .Byte((byte)NameTag.Use).UInt16(3).Byte((byte)NameTag.Use).UInt16(3).Int32(17).Byte((byte)NameTag.Use).UInt16(5));

    private static byte[] Message(WireWriter header) => Frame(
        FrameKind.UserMessage, [.. BitConverter.GetBytes((ushort)header.Written.Length), .. header.ToArray(), 1, 2, 3]);

    private static byte[] Frame(FrameKind kind, byte[] body) => [.. BitConverter.GetBytes(body.Length + 1), (byte)kind, .. body];

    private sealed class Sink : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}

internal static class ProviderOf
{
    public static IActorRefProvider Provider(this ActorSystem system) => ((ExtendedActorSystem)system).Provider;
}
