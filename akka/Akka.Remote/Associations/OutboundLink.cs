using System;
using System.Threading;
using Akka.Remote.Sockets;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>
/// A connection that this system opened. Its association writes; here is what comes back: the answer to the handshake,
/// acknowledgements, heartbeats, a goodbye.
/// </summary>
internal sealed class OutboundLink : ILinkOwner
{
    private readonly Association _association;
    private long _acknowledged;
    private bool _answered;

    public OutboundLink(Association association, Channel channel, int maximumFrameSize, FailureDetector detector)
    {
        _association = association;
        Link = new TcpLink(channel, maximumFrameSize, this);
        Writer = new LinkWriter(channel, association.Wake);
        Encoder = new MessageEncoder(maximumFrameSize);
        Monitor = new LinkMonitor(Link, detector);
    }

    public TcpLink Link { get; }

    public LinkMonitor Monitor { get; }

    public LinkWriter Writer { get; }

    public MessageEncoder Encoder { get; }

    /// <summary>The newest acknowledgement that has come in.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>What the peer gave as its reason to end the connection.</summary>
    public DisassociateInfo? Goodbye { get; private set; }

    public bool EnterDelivery() => true;

    public void ExitDelivery()
    {
    }

    public void OnControl(FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Welcome when !_answered:
                _answered = true;
                _association.Post(new AssociationInput.Welcomed(this, Handshake.ReadWelcome(body)));
                break;
            case FrameKind.Refuse when !_answered:
                _answered = true;
                (RefusalReason reason, string text) = Handshake.ReadRefusal(body);
                _association.Post(new AssociationInput.Refused(this, reason, text));
                break;
            case FrameKind.Ack when _answered:
                Volatile.Write(ref _acknowledged, new WireReader(body).Int64());
                _association.Wake();
                break;
            case FrameKind.Disassociate:
                Goodbye = Handshake.ReadDisassociate(body);
                break;
            case FrameKind.Heartbeat:
                break;
            default:
                throw new ProtocolException("unexpected frame " + kind + " on an outbound connection");
        }
    }

    public void OnMessage(long systemNumber, ReadOnlySpan<byte> header, byte[] payload) =>
        throw new ProtocolException("message on an outbound connection");

    /// <summary>Why it ended, if not in good order.</summary>
    public Exception ClosedBy { get; private set; }

    public void OnClosed(Exception cause)
    {
        ClosedBy = cause;
        _association.Post(new AssociationInput.LinkClosed(this, cause));
    }
}
