using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan HangPatience = TimeSpan.FromSeconds(1);

    /// <summary>What is left of the enclosing Within.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end.HasValue
        ? Left(_end.Value)
        : throw new InvalidOperationException("Remaining may not be called outside of Within.");

    /// <summary>What is left of the enclosing Within, or else the default wait.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(_settings.SingleExpectDefault));

    /// <summary>Multiplies by <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration.IsPositiveFinite() ? duration * _settings.TestTimeFactor : duration;

    /// <summary>The given time, dilated; or what is left of the enclosing Within; or the default wait.</summary>
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => RemainingOrDilated(timeout);

    /// <summary>The given time, dilated; or what is left of the enclosing Within; or the default wait.</summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (!duration.HasValue)
        {
            return RemainingOrDefault;
        }

        if (duration.IsInfinite())
        {
            return Timeout.InfiniteTimeSpan;
        }

        return duration.Value < TimeSpan.Zero
            ? throw new ArgumentException("A wait cannot be negative.", nameof(duration))
            : Dilated(duration.Value);
    }

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public void Within(
        TimeSpan min, TimeSpan max, Action action, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within<object>(
            min,
            max,
            () =>
            {
                action();
                return null;
            },
            hint,
            epsilonValue,
            cancellationToken);

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>
    /// Fails if the function takes less than <paramref name="min"/> or more than <paramref name="max"/> (dilated).
    /// Expectations inside wait no longer than what is left of it, unless they are given a time of their own.
    /// </summary>
    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        var block = OpenWithin(min, max, hint, epsilonValue);
        T result;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            result = function();
        }
        finally
        {
            _end = block.OuterEnd;
        }

        CheckWithin(block);
        return result;
    }

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync<object>(
            min,
            max,
            async () =>
            {
                await actionAsync();
                return null;
            },
            hint,
            epsilonValue,
            cancellationToken);

    /// <summary>Fails if the function takes less or more time than allowed; expectations inside wait no longer than what is left.</summary>
    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>As the synchronous one; a function that hangs is left behind when its time is over.</summary>
    public async Task<T> WithinAsync<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        var block = OpenWithin(min, max, hint, epsilonValue);
        T result;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var running = function();

            // The expectations inside fail by themselves when the time is over; this is for everything else that may hang.
            var patience = block.Max.IsInfinite() ? Timeout.InfiniteTimeSpan : block.Max + block.Epsilon + HangPatience;
            if (await Task.WhenAny(running, Task.Delay(Deadline.After(patience).Left, cancellationToken)) != running)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Failure($"Failed: Block has not ended after {Now - block.Start}, it may take {block.Max}. {hint}");
            }

            result = await running;
        }
        finally
        {
            _end = block.OuterEnd;
        }

        CheckWithin(block);
        return result;
    }

    /// <summary>What is left of the enclosing Within, or else the given time.</summary>
    protected TimeSpan RemainingOr(TimeSpan duration) => _end.HasValue ? Left(_end.Value) : duration;

    private static TimeSpan Left(TimeSpan end)
    {
        var left = end - Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private WithinBlock OpenWithin(TimeSpan min, TimeSpan max, string hint, TimeSpan? epsilon)
    {
        if (min < TimeSpan.Zero)
        {
            throw new ArgumentException("The time cannot be negative.", nameof(min));
        }

        var start = Now;
        var dilated = Dilated(max);
        var allowed = _end.HasValue ? dilated.Min(Left(_end.Value)) : dilated;
        if (!allowed.IsInfinite() && allowed < min)
        {
            throw Failure($"Failed: Required min time {min} not possible, only {allowed} left. {hint}");
        }

        var block = new WithinBlock(start, min, allowed, epsilon ?? TimeSpan.Zero, _end, hint);
        _end = allowed.IsInfinite() ? null : start + allowed;
        _lastWasNoMsg = false;
        return block;
    }

    private void CheckWithin(WithinBlock block)
    {
        var elapsed = Now - block.Start;
        if (elapsed < block.Min)
        {
            throw Failure($"Failed: Block took {elapsed}, should have at least been {block.Min}. {block.Hint}");
        }

        if (!_lastWasNoMsg && !block.Max.IsInfinite() && elapsed > block.Max + block.Epsilon)
        {
            throw Failure($"Failed: Block took {elapsed}, exceeding {block.Max}. {block.Hint}");
        }
    }

    private readonly record struct WithinBlock(TimeSpan Start, TimeSpan Min, TimeSpan Max, TimeSpan Epsilon, TimeSpan? OuterEnd, string Hint);
}
