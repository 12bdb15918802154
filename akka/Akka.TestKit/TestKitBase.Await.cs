using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Conditions that become true without telling: looked at again and again.</summary>
public abstract partial class TestKitBase
{
    // The default interval is this part of the whole wait.
    private const int ConditionLooks = 10;

    private static readonly Task Never = new TaskCompletionSource().Task;

    private static readonly TimeSpan AssertInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        if (!Poll(conditionIsFulfilled, wait, interval, cancellationToken))
        {
            throw ConditionFailure(wait, message);
        }
    }

    /// <summary>False if the time is over before the condition holds.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Poll(conditionIsFulfilled, RemainingOrDilated(max), interval, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Looks again and again, by default ten times in all; fails if the time is over before the condition holds.</summary>
    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        if (!await PollAsync(conditionIsFulfilled, wait, interval, cancellationToken))
        {
            throw ConditionFailure(wait, message);
        }
    }

    /// <summary>False if the time is over before the condition holds.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        PollAsync(() => Task.FromResult(conditionIsFulfilled()), RemainingOrDilated(max), interval, cancellationToken);

    /// <summary>False if the time is over before the condition holds.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        PollAsync(conditionIsFulfilled, RemainingOrDilated(max), interval, cancellationToken);

    /// <summary>Repeats the assertion until it holds; the last failure is thrown.</summary>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(RemainingOrDilated(duration));
        var step = interval ?? AssertInterval;
        step.EnsureIsPositiveFinite(nameof(interval));
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch when (deadline.Left > TimeSpan.Zero)
            {
                Pause(deadline.Left.Min(step), cancellationToken);
            }
        }
    }

    /// <summary>Repeats the assertion until it holds; the last failure is thrown.</summary>
    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);

    /// <summary>Repeats the assertion until it holds; the last failure is thrown.</summary>
    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(RemainingOrDilated(duration));
        var step = interval ?? AssertInterval;
        step.EnsureIsPositiveFinite(nameof(interval));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch when (deadline.Left > TimeSpan.Zero)
            {
                await Task.Delay(deadline.Left.Min(step), cancellationToken);
            }
        }
    }

    private static TimeSpan StepOf(TimeSpan wait, TimeSpan? interval) =>
        interval ?? (wait.IsPositiveFinite() ? wait / ConditionLooks : AssertInterval);

    /// <summary>Waits for a task that never completes, because such a wait makes the pool add a thread (see TestMessageQueue).</summary>
    private static void Pause(TimeSpan time, CancellationToken cancellationToken) =>
        Never.Wait((int)Math.Ceiling(time.TotalMilliseconds), cancellationToken);

    private static bool Poll(Func<bool> condition, TimeSpan wait, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(wait);
        var step = StepOf(wait, interval);
        while (!condition())
        {
            var left = deadline.Left;
            if (left == TimeSpan.Zero)
            {
                return false;
            }

            Pause(left.Min(step), cancellationToken);
        }

        return true;
    }

    private static async Task<bool> PollAsync(Func<Task<bool>> condition, TimeSpan wait, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(wait);
        var step = StepOf(wait, interval);
        while (!await condition())
        {
            var left = deadline.Left;
            if (left == TimeSpan.Zero)
            {
                return false;
            }

            await Task.Delay(left.Min(step), cancellationToken);
        }

        return true;
    }

    private Exception ConditionFailure(TimeSpan wait, string message) =>
        Failure($"Timeout {wait} expired while waiting for condition. {message}");
}
