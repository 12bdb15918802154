using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Event;
using Akka.Remote.Sockets;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>The transitions. All run inside Execute (A1).</summary>
internal sealed partial class Association
{
    private const long QuietMs = 60_000;

    private long _quietUntilMs;

    private void Connect()
    {
        if (!_remoting.IsResponsibleFor(RemoteAddress))
        {
            _remoting.Log.Error("No transport is responsible for address [{0}]: this system speaks [{1}]",
                RemoteAddress, _remoting.LocalAddress.Protocol);
            EnterGate();
            return;
        }

        _state = State.Connecting;
        _usedMs = Environment.TickCount64;
        _handshakeDeadlineMs = long.MaxValue;
        _queueWarned = false;
        _ = DialAsync();
    }

    private async Task DialAsync()
    {
        try
        {
            Channel channel = await _remoting.DialAsync(RemoteAddress).ConfigureAwait(false);
            Post(new AssociationInput.Connected(new OutboundLink(
                this, channel, _remoting.Tcp.MaximumFrameSize, _remoting.NewTransportFailureDetector())));
        }
        catch (Exception e)
        {
            Post(new AssociationInput.ConnectFailed(e));
        }
    }

    private void OnConnected(OutboundLink link)
    {
        if (_state != State.Connecting || _link is not null)
        {
            link.Link.Close();
            link.Writer.Dispose();
            return;
        }

        _link = link;
        _handshakeDeadlineMs = Environment.TickCount64 + (long)_remoting.Settings.HandshakeTimeout.TotalMilliseconds;
        link.Link.StartReading();
        link.Writer.Control(FrameKind.Hello, Handshake.Write(new Hello(_remoting.LocalAddress, _remoting.LocalUid, RemoteAddress.ToString())));
        if (!link.Writer.Flush()) link.Link.Close();
    }

    private void OnWelcomed(OutboundLink link, Welcome welcome)
    {
        if (_state != State.Connecting) return;
        if (_remoting.Quarantines.Contains(RemoteAddress, welcome.Uid))
        {
            _remoting.Log.Warning("Association to [{0}] having UID [{1}] is quarantined; messages to it are dropped until that system is restarted",
                RemoteAddress, welcome.Uid);
            CloseLink(link, DisassociateInfo.Quarantined);
            _outbox.Reset();
            EnterGate();
            return;
        }

        AdoptUid(welcome.Uid);
        _state = State.Active;
        _quietUntilMs = 0;
        _silentSinceMs = null;
        _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, RemoteAddress, inbound: false));
        OnNewConnection();
    }

    private void OnRefused(OutboundLink link, RefusalReason reason, string text)
    {
        InvalidAssociationException cause = new("[" + RemoteAddress + "] refused the association: " + reason + " " + text);
        if (reason == RefusalReason.Quarantined)
            _remoting.Publish(new ThisActorSystemQuarantinedEvent(_remoting.LocalAddress, RemoteAddress));
        CloseLink(link, null);
        PublishError(cause, reason == RefusalReason.ShuttingDown ? LogLevel.DebugLevel : LogLevel.WarningLevel);
        EnterGate();
    }

    private void OnConnectionLost(Exception cause, DisassociateInfo? goodbye)
    {
        bool wasActive = _state == State.Active;
        // The last acknowledgement may have come together with the end: what it covers is not sent again.
        if (wasActive && _link is { } lost && lost.Acknowledged != _acknowledged && !TakeAcknowledgement(lost.Acknowledged)) return;
        if (_link is { } link) CloseLink(link, null);
        if (goodbye == DisassociateInfo.Quarantined)
            _remoting.Publish(new ThisActorSystemQuarantinedEvent(_remoting.LocalAddress, RemoteAddress));
        if (_state == State.Closed) return;
        if (cause is not null || !wasActive)
            PublishError(cause ?? new InvalidAssociationException("[" + RemoteAddress + "] closed the connection during the handshake"), LogLevel.WarningLevel);
        if (wasActive) _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, RemoteAddress, inbound: false));
        EnterGate();
    }

    /// <summary>The peer reaches this system, so this system may well reach the peer.</summary>
    private void OnPeerArrived(int uid)
    {
        if (_state == State.Closed) return;
        bool isNew = _uid is { } known && known != uid;
        if (isNew && _state == State.Active)
        {
            // The connection leads to an incarnation that has been followed by another one.
            CloseLink(_link, DisassociateInfo.Unknown);
            _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, RemoteAddress, inbound: false));
            _state = State.Idle;
        }

        AdoptUid(uid);
        if (_state == State.Gated) OpenGate();
    }

    /// <summary>A3: what was meant for another incarnation is not delivered to this one.</summary>
    private void AdoptUid(int uid)
    {
        if (_uid is { } known && known != uid) _outbox.Reset();
        _uid = uid;
    }

    private void OnQuarantine(int? uid, string reason)
    {
        if (_state == State.Closed) return;
        // Whoever does not know the incarnation means the one at the other end.
        if ((uid ?? _uid) is not { } number)
        {
            _remoting.Log.Warning("Association to [{0}] with unknown UID is irrecoverably failed ({1}). Its address is gated for {2} ms.",
                RemoteAddress, reason, _remoting.Settings.RetryGateClosedFor.TotalMilliseconds);
            LeaveConnection(DisassociateInfo.Unknown);
            _outbox.Reset();
            EnterGate();
            return;
        }

        // The registry already holds it when the call came from outside; the event is published by whoever added it.
        _remoting.AddQuarantine(RemoteAddress, number, reason);
        Inbound.CloseQuarantined(number);
        if (_uid is { } known && known != number) return;
        LeaveConnection(DisassociateInfo.Quarantined);
        _outbox.Reset();
        _silentSinceMs = null;
        EnterGate();
    }

    private void LeaveConnection(DisassociateInfo why)
    {
        bool wasActive = _state == State.Active;
        if (_link is { } link) CloseLink(link, why);
        if (wasActive) _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, RemoteAddress, inbound: false));
    }

    private void EnterGate()
    {
        if (_state == State.Closed) return;
        _state = State.Gated;
        DrainQueue();
        if (_outbox.Count > 0) _silentSinceMs ??= Environment.TickCount64;
        long generation = ++_generation;
        _gate?.Dispose();
        _gate = new Timer(
            static state =>
            {
                (Association self, long opened) = ((Association, long))state;
                self.Post(new AssociationInput.GateOpens(opened));
            },
            (this, generation), _remoting.Settings.RetryGateClosedFor, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Idle again. Waiting system messages connect at once (Turn), user messages when there are any.</summary>
    private void OpenGate()
    {
        _generation++;
        _gate?.Dispose();
        _gate = null;
        _state = State.Idle;
    }

    private void CloseLink(OutboundLink link, DisassociateInfo? goodbye)
    {
        if (_link == link) _link = null;
        if (goodbye is { } reason)
        {
            link.Writer.Control(FrameKind.Disassociate, [(byte)reason]);
            link.Writer.Flush();
            link.Link.CloseSending();
        }

        // Closing with unread bytes would tear the goodbye away; the peer closes as soon as it has read it. A peer that does not
        // is cut off by the silence limit of the housekeeping.
        if (goodbye is null) link.Link.Close();
        else _remoting.CloseSoon(link.Link);
        link.Writer.Dispose();
    }

    /// <summary>Every failure is published, but a peer that stays away is warned of once, and then once a minute.</summary>
    private void PublishError(Exception cause, LogLevel level)
    {
        long now = Environment.TickCount64;
        if (now < _quietUntilMs) level = LogLevel.DebugLevel;
        else if (level > LogLevel.DebugLevel) _quietUntilMs = now + QuietMs;
        _remoting.Publish(new AssociationErrorEvent(cause, _remoting.LocalAddress, RemoteAddress, inbound: false, level));
    }
}
