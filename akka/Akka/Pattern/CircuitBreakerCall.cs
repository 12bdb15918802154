using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>A call that is on its way through a breaker: whichever comes first, its end or the call timeout, is its outcome.</summary>
internal sealed class CircuitBreakerCall<T>
{
    private readonly CircuitBreaker _breaker;
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Cancelable _timer;
    private int _ended;

    public CircuitBreakerCall(CircuitBreaker breaker, Task<T> call)
    {
        _breaker = breaker;
        _timer = new Cancelable(breaker.Scheduler);
        breaker.Scheduler.Advanced.ScheduleOnce(breaker.CallTimeout, TimedOut, _timer);
        call.ContinueWith(
            static (ended, state) => ((CircuitBreakerCall<T>)state).Ended(ended),
            this,
            default,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public Task<T> Outcome => _outcome.Task;

    private void Ended(Task<T> call)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        _timer.Cancel();
        Exception failure = CircuitBreaker.FailureOf(call);
        // The breaker knows first: who sees the outcome sees its consequence, too.
        _breaker.Leave(failure);
        if (failure is null) _outcome.SetResult(call.Result);
        else _outcome.SetException(failure);
    }

    private void TimedOut()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        TimeoutException failure = _breaker.TooLong();
        _breaker.Leave(failure);
        _outcome.SetException(failure);
    }
}
