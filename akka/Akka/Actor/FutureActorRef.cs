using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The asker's reference: takes one reply and turns it into the task's result. It gets its name, and its place under /temp where
/// a reply from elsewhere finds it, when somebody first wants its path; most askers are answered without.
/// </summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private const int Waiting = 0;
    private const int Answered = 1;

    private readonly TaskCompletionSource<T> _result;
    private ActorPath _path;
    private CancellationTokenSource _timer;
    private CancellationTokenRegistration _timeout;
    private CancellationTokenRegistration _cancellation;
    private TimeSpan _limit;
    private FutureWatchers _watchers;
    private int _state;

    /// <summary>A reference whose first message is the answer.</summary>
    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider) : this(result, provider)
    {
        _path = path;
    }

    internal FutureActorRef(TaskCompletionSource<T> result, IActorRefProvider provider)
    {
        _result = result;
        Provider = provider;
    }

    /// <inheritdoc/>
    public override ActorPath Path => Volatile.Read(ref _path) ?? TakePlace();

    /// <inheritdoc/>
    public override IActorRefProvider Provider { get; }

    internal override IInternalActorRef ParentRef => Provider.TempContainer;

    internal override bool HasEnded => Volatile.Read(ref _state) == Answered;

    /// <summary>Sends the question.</summary>
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
            case Watch watch:
                AddWatcher(watch.Watcher);
                break;
            case Unwatch unwatch:
                Volatile.Read(ref _watchers)?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification notification:
                ((IActorRef)this).Tell(new Terminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated), notification.Actor);
                break;
        }
    }

    /// <inheritdoc/>
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

    /// <summary>Sets the time limit, before the message leaves. Zero and negative times are no limit.</summary>
    internal void Arm(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout > TimeSpan.Zero && timeout.TotalMilliseconds < int.MaxValue)
        {
            _limit = timeout;
            CancellationTokenSource timer = AskTimers.Rent();
            _timeout = timer.Token.UnsafeRegister(static self => ((FutureActorRef<T>)self).TimedOut(), this);
            Volatile.Write(ref _timer, timer);
            timer.CancelAfter(timeout);
        }

        if (!cancellationToken.CanBeCanceled) return;
        _cancellation = cancellationToken.UnsafeRegister(
            static (self, token) => ((FutureActorRef<T>)self).Cancelled(token), this);
        // Cancelled before the registrations were stored: undone here, since TryFinish could not see them.
        if (IsTerminated) Release();
    }

    private ActorPath TakePlace()
    {
        lock (_result)
        {
            if (_path is not null) return _path;
            ActorPath path = Provider.TempPath();
            Provider.RegisterTempActor(this, path);
            // Either the one that ends the wait sees the path, or the end is seen here.
            Interlocked.Exchange(ref _path, path);
            if (HasEnded) Provider.UnregisterTempActor(path);
            return path;
        }
    }

    private void AddWatcher(IInternalActorRef watcher)
    {
        FutureWatchers watchers = Volatile.Read(ref _watchers);
        if (watchers is null)
        {
            watchers = new FutureWatchers(this);
            watchers = Interlocked.CompareExchange(ref _watchers, watchers, null) ?? watchers;
        }

        watchers.Add(watcher);
        // As above: added before the look at the state, which the end changes before it looks for watchers.
        Interlocked.MemoryBarrier();
        if (HasEnded) watchers.TellDeath();
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
        ActorPath path = Volatile.Read(ref _path);
        if (path is not null) Provider.UnregisterTempActor(path);
        Release();
        Volatile.Read(ref _watchers)?.TellDeath();
        return true;
    }

    private void Release()
    {
        // Unregister, unlike Dispose, does not wait for a callback that runs: it may be the caller.
        _cancellation.Unregister();
        CancellationTokenSource timer = Interlocked.Exchange(ref _timer, null);
        if (timer is not null) AskTimers.Return(timer, unused: _timeout.Unregister());
    }
}
