using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>
/// Keeps calls away from something that fails. Closed: calls go through; after so many failures in a row (a call that takes too long is one) it
/// opens. Open: calls fail at once, until the reset timeout has passed. Half open: one call is let through, and its outcome closes or opens it. Any thread.
/// </summary>
public class CircuitBreaker
{
    private readonly object _lock = new();
    private State _state;
    private long _failures;
    private bool _trialRuns;
    private TimeSpan _currentReset;
    private TimeSpan _opensAgainAt;

    // Distinguishes one time of being open from the next: the timer of an earlier one is late.
    private long _opened;
    private Action _onOpen;
    private Action _onClose;
    private Action _onHalfOpen;

    /// <summary>Closed; opens after that many failures in a row.</summary>
    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1.0)
    {
    }

    /// <summary>Closed; opens after that many failures in a row.</summary>
    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout, double exponentialBackoffFactor)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, maxResetTimeout, exponentialBackoffFactor, 0.0)
    {
    }

    /// <summary>Closed; opens after that many failures in a row.</summary>
    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout, double exponentialBackoffFactor, double randomFactor)
    {
        if (exponentialBackoffFactor < 1.0) throw new ArgumentException("factor must be >= 1.0", nameof(exponentialBackoffFactor));
        if (randomFactor is < 0.0 or > 1.0) throw new ArgumentException("randomFactor must be between 0.0 and 1.0", nameof(randomFactor));
        Scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        RandomFactor = randomFactor;
        _currentReset = resetTimeout;
    }

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    /// <summary>Ends waits.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>After that many failures in a row it opens.</summary>
    public int MaxFailures { get; }

    /// <summary>A call that takes longer has failed.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How long it stays open before a try.</summary>
    public TimeSpan ResetTimeout { get; }

    /// <summary>The longest that this grows to.</summary>
    public TimeSpan MaxResetTimeout { get; }

    /// <summary>By which it grows with each try that fails.</summary>
    public double ExponentialBackoffFactor { get; }

    /// <summary>By which it varies.</summary>
    public double RandomFactor { get; }

    /// <summary>What the latest failed call failed with; null after a success.</summary>
    public Exception LastCaughtException { get; private set; }

    /// <summary>Failures in a row while closed.</summary>
    public long CurrentFailureCount => InState(State.Closed) ? _failures : 0;

    /// <summary>True while calls go through.</summary>
    public bool IsClosed => InState(State.Closed);

    /// <summary>True while calls fail at once.</summary>
    public bool IsOpen => InState(State.Open);

    /// <summary>True while one call is tried.</summary>
    public bool IsHalfOpen => InState(State.HalfOpen);

    /// <summary>Closed; opens after that many failures in a row.</summary>
    public static CircuitBreaker Create(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    /// <summary>The same, but each time that the trial call fails it stays open for twice as long.</summary>
    public CircuitBreaker WithExponentialBackoff(TimeSpan maxResetTimeout) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, maxResetTimeout, 2.0, RandomFactor);

    /// <summary>The same, with up to this share added to each time of being open.</summary>
    public CircuitBreaker WithRandomFactor(double randomFactor) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, MaxResetTimeout, ExponentialBackoffFactor, randomFactor);

    /// <summary>Runs the body, or fails with OpenCircuitException; with TimeoutException when it takes longer than the call timeout.</summary>
    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) => WithCircuitBreaker(body, static run => run());

    /// <summary>Calls the body, unless the breaker is open: then it fails at once.</summary>
    public Task<T> WithCircuitBreaker<T, TState>(TState state, Func<TState, Task<T>> body)
    {
        if (!TryEnter(out OpenCircuitException refused)) return Task.FromException<T>(refused);
        Task<T> call;
        try
        {
            call = body(state);
        }
        catch (Exception e)
        {
            Leave(e);
            return Task.FromException<T>(e);
        }

        if (call.IsCompleted)
        {
            Leave(FailureOf(call));
            return call;
        }

        return new CircuitBreakerCall<T>(this, call).Outcome;
    }

    /// <summary>Calls the body, unless the breaker is open: then it fails at once.</summary>
    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(body, static run => run());

    /// <summary>Calls the body, unless the breaker is open: then it fails at once.</summary>
    public Task WithCircuitBreaker<TState>(TState state, Func<TState, Task> body) =>
        WithCircuitBreaker<bool, (TState State, Func<TState, Task> Body)>((state, body), static async run =>
        {
            await run.Body(run.State).ConfigureAwait(false);
            return true;
        });

    /// <summary>As above, on the calling thread; a body that took too long is a failure when it returns.</summary>
    public T WithSyncCircuitBreaker<T>(Func<T> body)
    {
        if (!TryEnter(out OpenCircuitException refused)) throw refused;
        TimeSpan start = Scheduler.MonotonicClock;
        try
        {
            T result = body();
            if (Scheduler.MonotonicClock - start > CallTimeout) throw TooLong();
            Leave(null);
            return result;
        }
        catch (Exception e)
        {
            Leave(e);
            throw;
        }
    }

    /// <summary>Calls the body, unless the breaker is open: then it fails at once.</summary>
    public void WithSyncCircuitBreaker(Action body) => WithSyncCircuitBreaker(() =>
    {
        body();
        return true;
    });

    /// <summary>Counts as a call that went well.</summary>
    public void Succeed() => Leave(null);

    /// <summary>Counts as a call that failed.</summary>
    public void Fail() => Leave(new UserCalledFailException());

    /// <summary>The callback runs on the pool after each opening.</summary>
    public CircuitBreaker OnOpen(Action callback) => Add(ref _onOpen, callback);

    /// <summary>Runs when calls go through again.</summary>
    public CircuitBreaker OnClose(Action callback) => Add(ref _onClose, callback);

    /// <summary>Runs when one call is let through to try.</summary>
    public CircuitBreaker OnHalfOpen(Action callback) => Add(ref _onHalfOpen, callback);

    internal TimeoutException TooLong() => new($"Execution did not complete within the call timeout of the circuit breaker, {CallTimeout}.");

    internal static Exception FailureOf(Task call) => call.Status switch
    {
        TaskStatus.RanToCompletion => null,
        TaskStatus.Canceled => new TaskCanceledException(call),
        _ => call.Exception.InnerExceptions.Count == 1 ? call.Exception.InnerException : call.Exception,
    };

    /// <summary>A call has ended; with null well.</summary>
    internal void Leave(Exception failure)
    {
        Action callbacks;
        lock (_lock)
        {
            LastCaughtException = failure;
            callbacks = failure is null ? Succeeded() : Failed();
        }

        Run(callbacks);
    }

    private Action Succeeded()
    {
        _failures = 0;
        if (_state != State.HalfOpen) return null;
        _state = State.Closed;
        _currentReset = ResetTimeout;
        return _onClose;
    }

    private Action Failed()
    {
        switch (_state)
        {
            case State.Closed when ++_failures >= MaxFailures:
                return Open();
            case State.HalfOpen:
                double longer = Math.Min(_currentReset.Ticks * ExponentialBackoffFactor, MaxResetTimeout.Ticks);
                _currentReset = TimeSpan.FromTicks((long)longer);
                return Open();
            default:
                return null;
        }
    }

    private Action Open()
    {
        _state = State.Open;
        _failures = 0;
        long opened = ++_opened;
        TimeSpan wait = _currentReset * (1.0 + (Random.Shared.NextDouble() * RandomFactor));
        _opensAgainAt = Scheduler.MonotonicClock + wait;
        Scheduler.Advanced.ScheduleOnce(wait, () => TryReset(opened));
        return _onOpen;
    }

    private void TryReset(long opened)
    {
        Action callbacks;
        lock (_lock)
        {
            if (_state != State.Open || _opened != opened) return;
            _state = State.HalfOpen;
            _trialRuns = false;
            callbacks = _onHalfOpen;
        }

        Run(callbacks);
    }

    private bool TryEnter(out OpenCircuitException refused)
    {
        refused = null;
        lock (_lock)
        {
            switch (_state)
            {
                case State.Closed:
                    return true;
                case State.HalfOpen when !_trialRuns:
                    _trialRuns = true;
                    return true;
                case State.HalfOpen:
                    refused = new OpenCircuitException("Circuit Breaker is half open, and its one trial call is running", LastCaughtException, TimeSpan.Zero);
                    return false;
                default:
                    TimeSpan remaining = _opensAgainAt - Scheduler.MonotonicClock;
                    refused = new OpenCircuitException(LastCaughtException, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
                    return false;
            }
        }
    }

    private bool InState(State state)
    {
        lock (_lock) return _state == state;
    }

    private CircuitBreaker Add(ref Action callbacks, Action callback)
    {
        lock (_lock) callbacks += callback;
        return this;
    }

    private static void Run(Action callbacks)
    {
        if (callbacks is not null) Task.Run(callbacks);
    }
}
