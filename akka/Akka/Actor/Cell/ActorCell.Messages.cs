using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The way of a message through the cell: user messages to the behaviour, system messages to the runtime's own handling.</summary>
public partial class ActorCell
{
    // System messages that have to wait (see the two marker interfaces), oldest first; null while there are none.
    private List<SystemMessage> _deferred;

    // Handlers of this actor that wait for a task. Each holds one suspension of the mailbox.
    private int _asyncHandlers;

    /// <summary>Suspended because of a failure, not because a handler awaits something.</summary>
    private bool IsSuspendedByFailure => _mailbox.SuspendCount > _asyncHandlers;

    /// <summary>Counts the user messages taken; it tells two deliveries of the same message object apart.</summary>
    internal long MessageNumber => _work.Number;

    /// <summary>Handles a message.</summary>
    public void Invoke(Envelope envelope)
    {
        _work.Envelope = envelope;
        _work.Number++;
        try
        {
            if (envelope.Message is IAutoReceivedMessage) AutoReceiveMessage(envelope);
            else ReceiveMessage(envelope.Message);
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
        finally
        {
            // A handler that awaits keeps its message: it may stash it, and reads Sender after the await.
            if (_asyncHandlers == 0) FinishMessage();
        }
    }

    /// <summary>Handles a message on the calling thread and lets its exception through.</summary>
    public void ReceiveMessageForTest(Envelope envelope)
    {
        UseThreadContext(() =>
        {
            _work.Envelope = envelope;
            _work.Number++;
            try
            {
                if (envelope.Message is IAutoReceivedMessage) AutoReceiveMessage(envelope);
                else ReceiveMessage(envelope.Message);
            }
            finally
            {
                if (_asyncHandlers == 0) _work.Envelope = default;
            }
        });
    }

    /// <summary>Gives a message to the actor.</summary>
    protected virtual void ReceiveMessage(object message)
    {
        ActorBase actor = _actor;
        bool handled = actor.AroundReceive(_behavior, message);
        if (_logsReceived) PublishDebug("received " + (handled ? "handled" : "unhandled") + " message " + message + " from " + Sender.Path);
    }

    /// <summary>Handles a message of the runtime.</summary>
    protected internal virtual void AutoReceiveMessage(Envelope envelope)
    {
        if (_system.Settings.DebugAutoReceive) PublishDebug("received AutoReceiveMessage " + envelope.Message);
        switch (envelope.Message)
        {
            case TimerTick tick:
                ReceivedTimerTick(tick, envelope.Sender);
                break;
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case AddressTerminated address:
                AddressTerminated(address.Address);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                Stop();
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.DeliverSelection(_self, envelope.Sender, selection);
                break;
            case Identify identify:
                envelope.Sender.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                ReceiveMessage(envelope.Message);
                break;
        }
    }

    internal void SystemInvoke(SystemMessage message)
    {
        if (MustDefer(message))
        {
            (_deferred ??= new List<SystemMessage>()).Add(message);
            return;
        }

        HandleSystemMessage(message);
        while (_deferred is { Count: > 0 } && !_mailbox.IsClosed && !_deferred.TrueForAll(MustDefer))
        {
            List<SystemMessage> waiting = _deferred;
            _deferred = null;
            foreach (SystemMessage earlier in waiting)
            {
                if (MustDefer(earlier)) (_deferred ??= new List<SystemMessage>()).Add(earlier);
                else HandleSystemMessage(earlier);
            }
        }
    }

    internal void BeginAsyncHandler()
    {
        _asyncHandlers++;
        _mailbox.Suspend();
    }

    /// <summary>The awaited handler is through; a failure counts as the handler's.</summary>
    internal void EndAsyncHandler(Task handler)
    {
        _asyncHandlers--;
        try
        {
            // GetResult throws the handler's own exception, not an aggregate.
            handler.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
        finally
        {
            _mailbox.Resume();
            if (_asyncHandlers == 0) FinishMessage();
        }
    }

    private void FinishMessage()
    {
        object message = _work.Envelope.Message;
        _work.Envelope = default;
        if (_receiveTimeout.HasValue) CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
    }

    private bool MustDefer(SystemMessage message)
    {
        if (message is not IDeferredWhileWaitingForChildren) return false;
        return _children.IsWaitingForChildren || (message is IDeferredWhileFailed && IsSuspendedByFailure && !IsTerminating);
    }

    private void HandleSystemMessage(SystemMessage message)
    {
        // What an awaiting handler has as its message and sender stays as it was.
        Envelope interrupted = _work.Envelope;
        try
        {
            switch (message)
            {
                case ActorTask task:
                    TaskScheduler.Execute(task.Task);
                    return;
                case Failed failed:
                    _work.Envelope = new Envelope(failed, failed.Child);
                    HandleFailed(failed);
                    break;
                case DeathWatchNotification notification:
                    WatchedActorTerminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated);
                    break;
                case Create create:
                    Create(create.Failure);
                    break;
                case Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Akka.Dispatch.SysMsg.Suspend:
                    FaultSuspend();
                    break;
                case Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Akka.Dispatch.SysMsg.Terminate:
                    Terminate();
                    break;
                case Supervise supervise:
                    HandleSupervise(supervise);
                    break;
            }
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
        finally
        {
            if (message is Failed) _work.Envelope = interrupted;
        }
    }
}
