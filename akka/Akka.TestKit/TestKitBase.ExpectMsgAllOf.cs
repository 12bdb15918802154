using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Expectations on sets of messages, and on their absence.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Takes the next message, which has to be one of these.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        CheckAnyOf(messages, ExpectNext<T>(null, null, cancellationToken));

    /// <summary>Takes the next message, which has to be one of these.</summary>
    public async ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        CheckAnyOf(messages, await ExpectNextAsync<T>(null, null, cancellationToken));

    /// <summary>Takes as many messages, which have to be these in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectAll(messages, RemainingOrDefault, default);

    /// <summary>Takes as many messages, which have to be these in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAll(messages, RemainingOrDefault, cancellationToken);

    /// <summary>Takes as many messages, which have to be these in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) => ExpectAll(messages, CheckedMax(max), default);

    /// <summary>These messages, each once, in any order, and no other in between.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAll(messages, CheckedMax(max), cancellationToken);

    /// <summary>Takes as many messages, which have to be these in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAllAsync(messages, RemainingOrDefault, cancellationToken);

    /// <summary>Takes as many messages, which have to be these in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectAllAsync(messages, CheckedMax(max), cancellationToken);

    /// <summary>Waits for the time, by default that of a single expectation; fails if a message comes.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => ExpectNothing(RemainingOrDefault, cancellationToken);

    /// <summary>Waits for the time, by default that of a single expectation; fails if a message comes.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNothing(Dilated(duration), cancellationToken);

    /// <summary>The only expectation whose time is not dilated.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNothing(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Waits for the time, by default that of a single expectation; fails if a message comes.</summary>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(RemainingOrDefault, cancellationToken);

    /// <summary>Waits for the time, by default that of a single expectation; fails if a message comes.</summary>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(Dilated(duration), cancellationToken);

    /// <summary>Waits for the time, by default that of a single expectation; fails if a message comes.</summary>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNothingAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private TimeSpan CheckedMax(TimeSpan max)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return Dilated(max);
    }

    private T CheckAnyOf<T>(IEnumerable<T> expected, MessageEnvelope envelope)
    {
        var list = new List<T>(expected);
        return envelope.Message is T typed && list.Contains(typed)
            ? typed
            : throw Failure($"Failed: Got an unexpected message {{{envelope.Message}}}; expected one of: {string.Join(", ", list)}");
    }

    private List<T> ExpectAll<T>(IReadOnlyCollection<T> expected, TimeSpan max, CancellationToken cancellationToken)
    {
        var received = ReceiveMany(expected.Count, max, cancellationToken);
        CheckAll(expected, received);
        return received.ConvertAll(static message => (T)message);
    }

    private async IAsyncEnumerable<T> ExpectAllAsync<T>(
        IReadOnlyCollection<T> expected, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = new List<object>(expected.Count);
        await foreach (var message in ReceiveManyAsync(expected.Count, max, cancellationToken))
        {
            received.Add(message);
        }

        CheckAll(expected, received);
        foreach (var message in received)
        {
            yield return (T)message;
        }
    }

    private void CheckAll<T>(IReadOnlyCollection<T> expected, List<object> received)
    {
        var unexpected = new List<object>(received);
        var missing = new List<T>();
        foreach (var message in expected)
        {
            if (!unexpected.Remove(message))
            {
                missing.Add(message);
            }
        }

        if (missing.Count > 0 || unexpected.Count > 0)
        {
            throw Failure($"Failed: not found [{string.Join(", ", missing)}]; found unexpected [{string.Join(", ", unexpected)}].");
        }
    }

    private void ExpectNothing(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        CheckNothing(Next(Deadline.After(duration), take: true, cancellationToken), start, duration);
    }

    private async ValueTask ExpectNothingAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        CheckNothing(await NextAsync(Deadline.After(duration), take: true, cancellationToken), start, duration);
    }

    private void CheckNothing(MessageEnvelope envelope, TimeSpan start, TimeSpan duration)
    {
        if (envelope != null)
        {
            throw Failure($"Failed: Expected no messages during {duration}, instead we received {envelope} after {Now - start}.");
        }
    }
}
