using System;

namespace Akka.Actor;

/// <summary>The receive timeout and the ticks of IWithTimers.</summary>
public partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable _pendingReceiveTimeout;
    private TimerScheduler _timers;

    /// <inheritdoc/>
    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    /// <inheritdoc/>
    public void SetReceiveTimeout(TimeSpan? timeout = null)
    {
        // Zero and below never could mean anything but "none".
        _receiveTimeout = timeout > TimeSpan.Zero ? timeout : null;
        if (_receiveTimeout is null) CancelReceiveTimeout();
    }

    /// <summary>Arms the timeout anew after a message that counts as activity; after others only if none is pending.</summary>
    public void CheckReceiveTimeout(bool reschedule = true)
    {
        if (_receiveTimeout is not { } timeout || _mailbox.IsClosed) return;
        if (!reschedule && _pendingReceiveTimeout is not null) return;
        CancelReceiveTimeout();
        _pendingReceiveTimeout = _system.Scheduler.ScheduleTellOnceCancelable(timeout, _self, Akka.Actor.ReceiveTimeout.Instance, _self);
    }

    private void CancelReceiveTimeout()
    {
        _pendingReceiveTimeout?.Cancel();
        _pendingReceiveTimeout = null;
    }

    private void CancelAllTimers() => _timers?.CancelAll();

    /// <summary>Only the tick of a timer that is still wanted, of this incarnation, reaches the behaviour.</summary>
    private void ReceivedTimerTick(TimerTick tick, IActorRef sender)
    {
        if (_timers is null || !_timers.Accepts(tick)) return;
        _work.Envelope = new Envelope(tick.Message, sender);
        if (tick.Message is IAutoReceivedMessage) AutoReceiveMessage(_work.Envelope);
        else ReceiveMessage(tick.Message);
    }
}
