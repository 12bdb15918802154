using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Twin.Tests.Remote;

/// <summary>One end of a connection that speaks the protocol by hand: it can be as late, silent, repetitive or wrong as a test needs.</summary>
internal sealed class FakePeer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    private FakePeer(Socket socket)
    {
        _socket = socket;
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)Limit.TotalMilliseconds;
    }

    public sealed record Frame(FrameKind Kind, long Number, byte[] Body);

    public Socket Socket => _socket;

    /// <summary>A peer that connects and has been welcomed.</summary>
    public static FakePeer Dial(ActorSystem to, Address origin, int uid)
    {
        FakePeer peer = DialOnly(to);
        Address target = ((ExtendedActorSystem)to).Provider.DefaultAddress;
        peer.Send(FrameKind.Hello, Handshake.Write(new Hello(origin, uid, target.ToString())));
        if (peer.Next().Kind != FrameKind.Welcome) throw new InvalidOperationException("not welcomed");
        return peer;
    }

    public static FakePeer DialOnly(ActorSystem to)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, ((ExtendedActorSystem)to).Provider.DefaultAddress.Port.Value);
        return new FakePeer(socket);
    }

    /// <summary>A peer that is connected to, whose handshake is still to come.</summary>
    public static FakePeer Accept(Socket listener)
    {
        using System.Threading.CancellationTokenSource timeout = new(Limit);
        return new FakePeer(listener.AcceptAsync(timeout.Token).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>And one whose handshake is done.</summary>
    public static FakePeer Welcome(Socket listener, Address address, int uid)
    {
        FakePeer peer = Accept(listener);
        if (peer.Next().Kind != FrameKind.Hello) throw new InvalidOperationException("no handshake");
        peer.Send(FrameKind.Welcome, Handshake.Write(new Welcome(address, uid)));
        return peer;
    }

    public static Socket Listen(out Address address)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // A small window: a peer that does not read holds its sender back early.
        listener.ReceiveBufferSize = 64 * 1024;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        address = new Address("akka.tcp", "fake", "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint).Port);
        return listener;
    }

    public void Send(FrameKind kind, byte[] body) => SendRaw([.. BitConverter.GetBytes(body.Length + 1), (byte)kind, .. body]);

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public void Acknowledge(long through) => Send(FrameKind.Ack, BitConverter.GetBytes(through));

    /// <summary>The frame of a message as <paramref name="system"/> would have written it. Number 0 = user message.</summary>
    public static byte[] MessageFrame(ActorSystem system, IActorRef to, object message, long number = 0)
    {
        Serializer serializer = system.Serialization.FindSerializerFor(message);
        Address address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        WireWriter header = new();
        if (number != 0) header.Int64(number);
        header.Byte((byte)NameTag.Inline).String(to.Path.ToSerializationFormatWithAddress(address)).Byte((byte)NameTag.None)
            .Int32(serializer.Identifier);
        string manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        if (manifest.Length == 0) header.Byte((byte)NameTag.None);
        else header.Byte((byte)NameTag.Inline).String(manifest);
        byte[] headerBytes = header.ToArray();
        byte[] payload = system.Serialization.Serialize(message);
        return
        [
            .. BitConverter.GetBytes(1 + 2 + headerBytes.Length + payload.Length),
            (byte)(number == 0 ? FrameKind.UserMessage : FrameKind.SystemMessage),
            .. BitConverter.GetBytes((ushort)headerBytes.Length), .. headerBytes, .. payload,
        ];
    }

    public void SendMessage(ActorSystem system, IActorRef to, object message, long number = 0) =>
        SendRaw(MessageFrame(system, to, message, number));

    public Frame Next()
    {
        byte[] prefix = Read(5);
        byte[] body = Read(BitConverter.ToInt32(prefix) - 1);
        FrameKind kind = (FrameKind)prefix[4];
        long number = kind == FrameKind.SystemMessage ? BitConverter.ToInt64(body, 2) : 0;
        return new Frame(kind, number, body);
    }

    /// <summary>The next frame of that kind; others are passed over.</summary>
    public Frame Next(FrameKind kind)
    {
        while (true)
        {
            Frame frame = Next();
            if (frame.Kind == kind) return frame;
        }
    }

    public List<long> NextNumbers(int count)
    {
        List<long> numbers = new();
        while (numbers.Count < count) numbers.Add(Next(FrameKind.SystemMessage).Number);
        return numbers;
    }

    public long NextAck() => BitConverter.ToInt64(Next(FrameKind.Ack).Body);

    public void Dispose() => _socket.Dispose();

    private byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count)
        {
            int received = _socket.Receive(bytes.AsSpan(at));
            if (received == 0) throw new InvalidOperationException("the connection has ended");
            at += received;
        }

        return bytes;
    }
}
