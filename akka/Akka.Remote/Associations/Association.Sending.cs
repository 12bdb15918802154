using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Associations;

/// <summary>The active state: encoding, batching, acknowledgements. All run inside Execute (A1).</summary>
internal sealed partial class Association
{
    /// <summary>Encoded bytes after which the socket gets them, rather than at the end of the turn.</summary>
    private const int FlushBytes = 64 * 1024;

    private long _acknowledged;
    private bool _goodbyeQueued;

    private void SendQueued()
    {
        long acknowledged = _link.Acknowledged;
        if (acknowledged != _acknowledged && !TakeAcknowledgement(acknowledged)) return;

        // The transport information of this system stays on the thread for the whole turn.
        Akka.Serialization.Serialization.WithTransport(_remoting.System, this, static self => self.EncodeQueued());
        if (_state != State.Active || _link is null) return;
        if (!_link.Writer.Flush())
        {
            _link.Link.Close();
            return;
        }

        if (_shutdown is not null && IsQueueEmpty) FinishShutdown();
    }

    private bool EncodeQueued()
    {
        Akka.Serialization.Serialization serialization = _remoting.System.Serialization;
        if (_waiting.Count > 0) SendWaiting(serialization);
        int taken = 0;
        // Looked at once a turn: what is urgent comes a few times a second.
        bool urgent = !_urgent.IsEmpty;
        while (taken < ItemsPerTurn && ((urgent && _urgent.TryDequeue(out OutboundItem item)) || _queue.TryDequeue(out item)))
        {
            taken++;
            if (_state == State.Active) SendNow(serialization, item);
            else if (item.IsSystem && _state == State.Gated) KeepForLater(item);
            else _remoting.DeadLetter(item);
            if (_state == State.Active && _link.Writer.Queue.Bytes >= FlushBytes && !_link.Writer.IsSending && !_link.Writer.Flush())
                _link.Link.Close();
        }

        if (taken > 0)
        {
            int left = Interlocked.Add(ref _queued, -taken);
            if (left == 0) _queueWarned = false;
            else WarnOfLongQueue(left);
        }

        return true;
    }

    private void SendNow(Akka.Serialization.Serialization serialization, in OutboundItem item)
    {
        if (item.IsSystem)
        {
            long number = KeepForLater(item);
            if (number == 0) return;
            Encode(serialization, item, number);
            _resend.Arm(_outbox.Oldest);
            return;
        }

        // A4: a peer that does not read costs its own messages, not this process's memory.
        if (!_bytes.Admits(_link.Writer.Queue.Bytes) && !item.IsUrgent)
        {
            Drop(item);
            return;
        }

        Encode(serialization, item, 0);
    }

    private void Encode(Akka.Serialization.Serialization serialization, in OutboundItem item, long number)
    {
        if (TrySerialize(serialization, item, out EncodedItem encoded)) Write(encoded, number);
        else if (number != 0) EncodePlaceholder(item, number);
    }

    private void Write(in EncodedItem encoded, long number)
    {
        OutboundItem item = encoded.Item;
        if (_remoting.Settings.LogSend)
            _remoting.Log.Debug("sending message [{0}] to [{1}] from [{2}]", item.Message, item.Recipient.Path, item.Sender);
        if (_link.Encoder.TryWrite(_link.Writer.Queue, number, encoded, out int length))
        {
            if (length >= _remoting.FrameLog.AtLeast) _remoting.FrameLog.Add(item.Message, length, item.Recipient);
            return;
        }

        _remoting.Log.Error(
            "Transient association error (association remains live): oversized payload to [{0}] discarded: max allowed size {1} bytes, actual size of encoded {2} was {3} bytes",
            item.Recipient.Path, _remoting.Tcp.MaximumFrameSize, item.Message.GetType(), length);
        if (number != 0) EncodePlaceholder(item, number);
    }

    /// <summary>Null in the place of a system message that cannot be written: the numbers stay without gaps.</summary>
    private void EncodePlaceholder(in OutboundItem item, long number) =>
        _link.Encoder.TryWrite(
            _link.Writer.Queue, number, new EncodedItem(item with { Sender = null }, 0, null, []), out _);

    /// <summary>On a new connection all of them: the peer takes their numbers without gaps.</summary>
    private void OnNewConnection()
    {
        _acknowledged = 0;
        Resend(int.MaxValue);
    }

    /// <summary>
    /// The acknowledgement of the oldest has not come for an interval. Should what was sent before still wait in this system, it is no
    /// wonder, and sending more would not help.
    /// </summary>
    private void OnResendTick()
    {
        bool isDue = _resend.IsDue(_outbox.Oldest);
        if (_state != State.Active) return;
        if (isDue && _link.Writer.IsDrained) Resend(_remoting.Settings.SysResendLimit);
        else _resend.Arm(_outbox.Oldest);
    }

    private void Resend(int limit)
    {
        if (_outbox.Count == 0) return;
        Akka.Serialization.Serialization.WithTransport(_remoting.System, (Self: this, Limit: limit), static state =>
        {
            Akka.Serialization.Serialization serialization = state.Self._remoting.System.Serialization;
            int left = state.Limit;
            foreach (SystemOutbox.Numbered message in state.Self._outbox.Unacknowledged)
            {
                if (left-- == 0) break;
                state.Self.Encode(serialization, message.Item, message.Number);
            }

            return true;
        });
        _resend.Arm(_outbox.Oldest);
    }

    private bool TakeAcknowledgement(long acknowledged)
    {
        _acknowledged = acknowledged;
        if (_outbox.Acknowledge(acknowledged)) return true;
        OnQuarantine(_uid, "acknowledgement of system message [" + acknowledged + "], which was never sent");
        return false;
    }

    private void OnHousekeeping(long nowMs)
    {
        if (_link is { } link)
        {
            if (_state == State.Connecting && nowMs > _handshakeDeadlineMs)
            {
                OnConnectionLost(new TimeoutException("No answer to the handshake within " + _remoting.Settings.HandshakeTimeout), null);
                return;
            }

            if (!link.Monitor.IsAlive())
            {
                OnConnectionLost(new TimeoutException("The transport failure detector takes the silent connection for dead"), null);
                return;
            }

            if (_state == State.Active && nowMs - link.Writer.LastSentMs >= _remoting.HeartbeatIntervalMs && !link.Writer.IsSending)
                link.Writer.Control(FrameKind.Heartbeat, []);
        }

        _drops.Report();
        OnRetire(RetireAfterMs);
        if (_silentSinceMs is not { } since) return;
        if (_uid is null && nowMs - since > _remoting.Settings.InitialSysMsgDeliveryTimeout.TotalMilliseconds)
            GiveUpSystemMessages("that system never answered");
        else if (_uid is not null && nowMs - since > _remoting.Settings.QuarantineSilentSystemTimeout.TotalMilliseconds)
            OnQuarantine(_uid, "silent with system messages waiting for it");
    }

    private void OnShutdown(TaskCompletionSource done)
    {
        _shutdown = done;
        switch (_state)
        {
            case State.Idle when IsQueueEmpty:
            case State.Gated:
            case State.Closed:
                _state = State.Closed;
                _gate?.Dispose();
                done.TrySetResult();
                break;
        }
    }

    private void OnAbort()
    {
        _state = State.Closed;
        _gate?.Dispose();
        _resend.Dispose();
        if (_link is { } link) CloseLink(link, null);
        DrainQueue();
        _shutdown?.TrySetResult();
    }

    /// <summary>All is encoded: the goodbye goes last. The task completes with the peer's closing (OnConnectionLost) or the time limit.</summary>
    private void FinishShutdown()
    {
        OutboundLink link = _link;
        if (!_goodbyeQueued) link.Writer.Control(FrameKind.Disassociate, [(byte)DisassociateInfo.Shutdown]);
        _goodbyeQueued = true;
        link.Writer.Flush();
        if (!link.Writer.IsDrained) return;
        link.Link.CloseSending();
        _state = State.Closed;
        _link = null;
        _remoting.CloseSoon(link.Link, _shutdown);
        link.Writer.Dispose();
    }
}
