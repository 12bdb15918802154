using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Series of messages. The message that ends a series stays in the queue; running out of time is no failure.</summary>
public abstract partial class TestKitBase
{
    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <summary>What the filter makes of each message, until it gives the default of T, or for <paramref name="idle"/> nothing comes.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveSeries(FilterStep(filter), max, idle, msgs, cancellationToken);

    /// <summary>The messages of type T as long as the condition holds. Others are dropped, or end the series.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        ReceiveSeries(ConditionStep(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellationToken);

    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, null, msgs, cancellationToken);

    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken);

    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveSeriesAsync(FilterStep(filter), max, idle, msgs, cancellationToken);

    /// <summary>A series of messages: what the filter makes of each, until it gives the default of T; or those for which the condition holds.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        ReceiveSeriesAsync(ConditionStep(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellationToken);

    private static Func<object, (SeriesStep, T)> FilterStep<T>(Func<object, T> filter) => message =>
    {
        var result = filter(message);
        return (EqualityComparer<T>.Default.Equals(result, default) ? SeriesStep.Stop : SeriesStep.Keep, result);
    };

    private static Func<object, (SeriesStep, T)> ConditionStep<T>(Predicate<T> shouldContinue, bool ignoreOthers) => message =>
        message is T typed
            ? (shouldContinue(typed) ? SeriesStep.Keep : SeriesStep.Stop, typed)
            : (ignoreOthers ? SeriesStep.Drop : SeriesStep.Stop, default);

    private List<T> ReceiveSeries<T>(
        Func<object, (SeriesStep Step, T Result)> judge, TimeSpan? max, TimeSpan? idle, int msgs, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(RemainingOrDilated(max));
        var series = new List<T>();
        while (series.Count < msgs && Next(Wait(deadline, idle), take: false, cancellationToken) is { } next)
        {
            var (step, result) = judge(next.Message);
            if (step == SeriesStep.Stop)
            {
                break;
            }

            Next(deadline, take: true, cancellationToken);
            if (step == SeriesStep.Keep)
            {
                series.Add(result);
            }
        }

        _lastWasNoMsg = true;
        return series;
    }

    private async IAsyncEnumerable<T> ReceiveSeriesAsync<T>(
        Func<object, (SeriesStep Step, T Result)> judge, TimeSpan? max, TimeSpan? idle, int msgs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(RemainingOrDilated(max));
        var count = 0;
        while (count < msgs && await NextAsync(Wait(deadline, idle), take: false, cancellationToken) is { } next)
        {
            var (step, result) = judge(next.Message);
            if (step == SeriesStep.Stop)
            {
                break;
            }

            Next(deadline, take: true, cancellationToken);
            if (step == SeriesStep.Keep)
            {
                count++;
                yield return result;
            }
        }

        _lastWasNoMsg = true;
    }

    private static Deadline Wait(Deadline deadline, TimeSpan? idle) => Deadline.After(deadline.Left.Min(idle));

    private enum SeriesStep
    {
        Keep,
        Drop,
        Stop,
    }
}
