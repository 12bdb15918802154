using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The asker's reference: takes one reply, for which it is registered under /temp, and turns it into the task's result.</summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private const int Waiting = 0;
    private const int Answered = 1;

    private readonly TaskCompletionSource<T> _result;
    private readonly ActorPath _path;
    private CancellationTokenSource _timer;
    private CancellationTokenRegistration _timeout;
    private CancellationTokenRegistration _cancellation;
    private TimeSpan _limit;
    private int _state;

    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider)
    {
        _result = result;
        _path = path;
        Provider = provider;
    }

    public override ActorPath Path => _path;

    public override IActorRefProvider Provider { get; }

    internal override IInternalActorRef ParentRef => Provider.TempContainer;

    internal override bool HasEnded => Volatile.Read(ref _state) == Answered;

    public virtual void DeliverAsk(object message, ICanTell destination)
    {
        try
        {
            destination.Tell(message, this);
        }
        catch
        {
            if (TryFinish()) _result.TrySetCanceled();
            throw;
        }
    }

    internal override void ReceiveSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when IsTerminated:
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
                break;
            case DeathWatchNotification notification:
                ((IActorRef)this).Tell(new Terminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated), notification.Actor);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is Identify identify)
        {
            sender?.Tell(new ActorIdentity(identify.MessageId, this), this);
            return;
        }

        if (!TryFinish())
        {
            Provider.DeadLetters.Tell(new DeadLetter(message, sender ?? Provider.DeadLetters, this), sender);
            return;
        }

        switch (message)
        {
            case T reply:
                _result.TrySetResult(reply);
                break;
            case null:
                _result.TrySetResult(default);
                break;
            case Status.Failure failure:
                _result.TrySetException(failure.Cause ?? new TaskCanceledException("Status.Failure without a cause"));
                break;
            default:
                _result.TrySetException(new ArgumentException(
                    "Received message of type [" + message.GetType() + "] - Ask expected message of type [" + typeof(T) + "]"));
                break;
        }
    }

    /// <summary>Registers the reference and its time limit, before the message leaves. Zero and negative times are no limit.</summary>
    internal void Arm(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Provider.RegisterTempActor(this, _path);
        if (timeout > TimeSpan.Zero && timeout.TotalMilliseconds < int.MaxValue)
        {
            _limit = timeout;
            _timer = new CancellationTokenSource(timeout);
            _timeout = _timer.Token.UnsafeRegister(
                static (self, _) => ((FutureActorRef<T>)self).TimedOut(), this);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (self, token) => ((FutureActorRef<T>)self).Cancelled(token), this);
        }

        // Finished before the registrations were stored: undone here, since TryFinish could not see them.
        if (IsTerminated) Release();
    }

    private void TimedOut()
    {
        if (TryFinish()) _result.TrySetException(new AskTimeoutException("Timeout after " + _limit));
    }

    private void Cancelled(CancellationToken token)
    {
        if (TryFinish()) _result.TrySetCanceled(token);
    }

    /// <summary>True for the one that ends the wait.</summary>
    private bool TryFinish()
    {
        if (Interlocked.CompareExchange(ref _state, Answered, Waiting) != Waiting) return false;
        Provider.UnregisterTempActor(_path);
        Release();
        return true;
    }

    private void Release()
    {
        // Unregister, unlike Dispose, does not wait for a callback that runs: it may be the caller.
        _timeout.Unregister();
        _cancellation.Unregister();
        _timer?.Dispose();
    }
}
