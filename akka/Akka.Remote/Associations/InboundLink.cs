using System;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Remote.Sockets;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>
/// A connection that a peer opened: delivers what it sends. Reading, decoding and delivery are one loop; back go the answer to the
/// handshake, acknowledgements and heartbeats.
/// </summary>
internal sealed class InboundLink : ILinkOwner
{
    /// <summary>A peer that leaves so many bytes of acknowledgements unread is no peer.</summary>
    private const int UnreadBytesMax = 64 * 1024;

    private readonly Remoting _remoting;
    private readonly object _writing = new();
    private readonly string _from;
    private readonly LinkWriter _writer;
    private readonly DelayedAck _delayedAck;
    private readonly MessageHeaderReader _headers;
    private InboundPeer _peer;
    private Address _origin;
    private bool _delivering;
    private int _messagesOfPiece;
    private bool _hadSystemMessage;
    private bool _hadDuplicate;
    private long _deliveredThrough;
    private bool _shutdownAnnounced;

    public InboundLink(Remoting remoting, Channel channel, string from)
    {
        _from = from;
        _remoting = remoting;
        Link = new TcpLink(channel, remoting.Tcp.MaximumFrameSize, this);
        _writer = new LinkWriter(channel, FlushMore);
        _delayedAck = new DelayedAck(remoting.Settings.SysMsgAckTimeout, Acknowledge);
        Monitor = new LinkMonitor(Link, remoting.NewTransportFailureDetector());
        _headers = new MessageHeaderReader(remoting.Paths);
    }

    public TcpLink Link { get; }

    public LinkMonitor Monitor { get; }

    /// <summary>By Environment.TickCount64: an unknown stranger is cut off after the handshake timeout.</summary>
    public long OpenedMs { get; } = Environment.TickCount64;

    /// <summary>Why it ended, if not in good order.</summary>
    public Exception ClosedBy { get; private set; }

    public bool IsEstablished => Volatile.Read(ref _origin) is not null;

    public void Close() => Link.Close();

    public void CloseQuarantined() => Leave(DisassociateInfo.Quarantined);

    /// <summary>Says goodbye and closes when the peer has read it.</summary>
    public void Leave(DisassociateInfo why)
    {
        lock (_writing)
        {
            _writer.Control(FrameKind.Disassociate, [(byte)why]);
            _writer.Flush();
        }

        Link.CloseSending();
        _remoting.CloseSoon(Link);
    }

    public bool EnterDelivery()
    {
        _messagesOfPiece = 0;
        if (_peer is not { } peer) return true;
        System.Threading.Monitor.Enter(peer.Delivery);
        if (peer.Current == this)
        {
            _delivering = true;
            return true;
        }

        System.Threading.Monitor.Exit(peer.Delivery);
        return false;
    }

    public void ExitDelivery()
    {
        if (!_delivering) return;
        long through = _peer.SystemMessages.DeliveredThrough;
        _delivering = false;
        System.Threading.Monitor.Exit(_peer.Delivery);
        if (!_hadSystemMessage) return;
        Volatile.Write(ref _deliveredThrough, through);
        bool due = _delayedAck.IsDue(through, _hadDuplicate);
        _hadSystemMessage = _hadDuplicate = false;
        if (due) Acknowledge();
    }

    public void OnControl(FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Hello when _peer is null:
                OnHello(Handshake.ReadHello(body));
                break;
            case FrameKind.Heartbeat when _peer is not null:
                break;
            case FrameKind.Disassociate when _peer is not null:
                OnGoodbye(Handshake.ReadDisassociate(body));
                break;
            default:
                throw new ProtocolException("unexpected frame " + kind + " on an inbound connection");
        }
    }

    public void OnMessage(long systemNumber, ReadOnlySpan<byte> header, byte[] payload)
    {
        // The names of a header are read in any case: later headers refer to them.
        MessageHeader read = _headers.Read(header);
        bool alone = _messagesOfPiece == 0;
        if (++_messagesOfPiece == 2) OwnWork.Release();
        if (systemNumber == 0)
        {
            _remoting.Dispatcher.Deliver(read, payload, isSystem: false, _origin, alone);
            return;
        }

        _hadSystemMessage = true;
        switch (_peer.SystemMessages.Accept(systemNumber))
        {
            case SystemArrival.Deliver:
                _remoting.Dispatcher.Deliver(read, payload, isSystem: true, _origin, alone);
                break;
            case SystemArrival.Duplicate:
                _hadDuplicate = true;
                break;
            case SystemArrival.Gap:
                throw new ProtocolException(
                    "system message " + systemNumber + " after " + _peer.SystemMessages.DeliveredThrough);
        }
    }

    public void OnClosed(Exception cause)
    {
        ClosedBy = cause;
        _remoting.Forget(this);
        _delayedAck.Dispose();
        lock (_writing) _writer.Dispose();
        if (_origin is null)
        {
            if (cause is ProtocolException) _remoting.Strangers.Add(_from, cause.Message);
            return;
        }

        if (cause is not null && !_shutdownAnnounced)
        {
            _remoting.Publish(new AssociationErrorEvent(cause, _remoting.LocalAddress, _origin, inbound: true,
                cause is ProtocolException ? LogLevel.ErrorLevel : LogLevel.WarningLevel));
        }

        _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, _origin, inbound: true));
    }

    /// <summary>From the housekeeping.</summary>
    public void Heartbeat(long nowMs, long intervalMs)
    {
        lock (_writing)
        {
            if (nowMs - _writer.LastSentMs < intervalMs) return;
        }

        Write(FrameKind.Heartbeat, []);
    }

    private void OnHello(Hello hello)
    {
        if (hello.Origin.Protocol != _remoting.LocalAddress.Protocol)
            throw new ProtocolException("handshake of [" + hello.Origin + "], this system speaks " + _remoting.LocalAddress.Protocol);
        if (_remoting.IsShuttingDown)
        {
            Refuse(RefusalReason.ShuttingDown, "shutting down");
            return;
        }

        if (_remoting.Quarantines.Contains(hello.Origin, hello.Uid))
        {
            _remoting.Log.Warning("Association attempt of the quarantined system [{0}] with UID [{1}] refused", hello.Origin, hello.Uid);
            Refuse(RefusalReason.Quarantined, "quarantined");
            return;
        }

        if (_remoting.AssociationFor(hello.Origin) is not { } association)
        {
            Refuse(RefusalReason.Unknown, "too many systems");
            return;
        }

        _peer = association.Inbound.Arrive(hello.Uid, hello.Target, this);
        _delivering = true;
        Volatile.Write(ref _origin, hello.Origin);
        Link.AllowMessages();
        Write(FrameKind.Welcome, Handshake.Write(new Welcome(_remoting.LocalAddress, _remoting.LocalUid)));
        _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, hello.Origin, inbound: true));
        association.Post(new AssociationInput.PeerArrived(hello.Uid));
    }

    private void Refuse(RefusalReason reason, string text)
    {
        Write(FrameKind.Refuse, Handshake.WriteRefusal(reason, text));
        Link.CloseSending();
        _remoting.CloseSoon(Link);
    }

    private void OnGoodbye(DisassociateInfo why)
    {
        _shutdownAnnounced = true;
        if (why == DisassociateInfo.Quarantined)
            _remoting.Publish(new ThisActorSystemQuarantinedEvent(_remoting.LocalAddress, _origin));
        else if (why == DisassociateInfo.Shutdown)
            _remoting.Log.Debug("Remote system [{0}] shuts down", _origin);
    }

    private void Acknowledge()
    {
        long through = Volatile.Read(ref _deliveredThrough);
        _delayedAck.Acknowledged(through);
        Span<byte> body = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(body, through);
        Write(FrameKind.Ack, body);
    }

    private void Write(FrameKind kind, ReadOnlySpan<byte> body)
    {
        lock (_writing)
        {
            _writer.Control(kind, body);
            if (_writer.Flush() && _writer.Queue.Bytes < UnreadBytesMax) return;
        }

        Link.Close();
    }

    private void FlushMore()
    {
        lock (_writing)
        {
            if (_writer.Flush()) return;
        }

        Link.Close();
    }
}
