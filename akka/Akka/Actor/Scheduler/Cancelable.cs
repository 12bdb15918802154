using System;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Actor;

/// <summary>
/// Says that something scheduled is no longer wanted. The token, which few ask for, is made when it is asked for; the scheduler
/// hears of the cancellation directly.
/// </summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler _scheduler;
    private readonly object _lock = new();
    private CancellationTokenSource _source;
    private List<ICancellationListener> _moreListeners;
    private ICancellationListener _listener;
    private volatile bool _cancelled;
    private bool _disposed;

    /// <summary>Not cancelled; with a time, it will be.</summary>
    public Cancelable(IScheduler scheduler) : this(scheduler.Advanced)
    {
    }

    /// <summary>Not cancelled; with a time, it will be.</summary>
    public Cancelable(IScheduler scheduler, TimeSpan delay) : this(scheduler.Advanced, delay)
    {
    }

    /// <summary>Not cancelled; with a time, it will be.</summary>
    public Cancelable(IScheduler scheduler, int millisecondsDelay) : this(scheduler.Advanced, TimeSpan.FromMilliseconds(millisecondsDelay))
    {
    }

    /// <summary>Not cancelled; with a time, it will be.</summary>
    public Cancelable(IActionScheduler scheduler)
    {
        _scheduler = scheduler;
    }

    /// <summary>Not cancelled; with a time, it will be.</summary>
    public Cancelable(IActionScheduler scheduler, TimeSpan delay) : this(scheduler)
    {
        CancelAfter(delay);
    }

    /// <inheritdoc/>
    public bool IsCancellationRequested => _cancelled;

    /// <summary>True after the disposal.</summary>
    public bool IsDisposed => _disposed;

    /// <inheritdoc/>
    public CancellationToken Token
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_source is null)
                {
                    _source = new CancellationTokenSource();
                    if (_cancelled) _source.Cancel();
                }

                return _source.Token;
            }
        }
    }

    /// <summary>Cancelled already.</summary>
    public static ICancelable CreateCanceled()
    {
        Cancelable result = new((IActionScheduler)null);
        result.Cancel();
        return result;
    }

    /// <summary>Cancelled with any of the others.</summary>
    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler.Advanced, cancelables);

    /// <summary>Cancelled with any of the others.</summary>
    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params CancellationToken[] cancellationTokens) =>
        CreateLinkedCancelable(scheduler.Advanced, cancellationTokens);

    /// <summary>Cancelled with any of the others.</summary>
    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler, Array.ConvertAll(cancelables, static c => c.Token));

    /// <summary>Cancelled with any of the others.</summary>
    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params CancellationToken[] cancellationTokens)
    {
        Cancelable result = new(scheduler);
        foreach (CancellationToken token in cancellationTokens)
            token.UnsafeRegister(static state => ((Cancelable)state).Cancel(false), result);
        return result;
    }

    /// <inheritdoc/>
    public void Cancel() => Cancel(false);

    /// <inheritdoc/>
    public void Cancel(bool throwOnFirstException)
    {
        ICancellationListener listener;
        List<ICancellationListener> more;
        CancellationTokenSource source;
        lock (_lock)
        {
            if (_cancelled) return;
            ObjectDisposedException.ThrowIf(_disposed, this);
            _cancelled = true;
            listener = _listener;
            more = _moreListeners;
            source = _source;
            _listener = null;
            _moreListeners = null;
        }

        listener?.Cancelled();
        if (more is not null) foreach (ICancellationListener other in more) other.Cancelled();
        source?.Cancel(throwOnFirstException);
    }

    /// <inheritdoc/>
    public void CancelAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (delay == TimeSpan.Zero) Cancel();
        else _scheduler.ScheduleOnce(delay, Cancel, this);
    }

    /// <inheritdoc/>
    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    /// <summary>Not cancelled any more by time.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Not cancelled any more by time.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _source?.Dispose();
        }
    }

    /// <summary>Called at once if it is cancelled already.</summary>
    internal void OnCancelled(ICancellationListener listener)
    {
        lock (_lock)
        {
            if (!_cancelled)
            {
                if (_listener is null) _listener = listener;
                else (_moreListeners ??= new List<ICancellationListener>()).Add(listener);
                return;
            }
        }

        listener.Cancelled();
    }
}

internal interface ICancellationListener
{
    void Cancelled();
}

/// <summary>Help with what may be null.</summary>
public static class CancelableExtensions
{
    /// <summary>Cancels, if there is something.</summary>
    public static void CancelIfNotNull(this ICancelable cancelable) => cancelable?.Cancel();
}
