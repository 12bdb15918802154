using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, or null if none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        TryReceiveOne(out var envelope, max, cancellationToken) ? envelope.Message : null;

    /// <summary>The next message, or null if none comes in time.</summary>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await NextAsync(max, take: true, cancellationToken))?.Message;

    /// <summary>Takes the next message with its sender; false if none comes in time.</summary>
    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var next = Next(max, take: true, cancellationToken);
        envelope = next ?? NullMessageEnvelope.Instance;
        return next != null;
    }

    /// <summary>Takes the next message with its sender; false if none comes in time.</summary>
    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var next = await NextAsync(max, take: true, cancellationToken);
        return (next != null, next ?? NullMessageEnvelope.Instance);
    }

    /// <summary>As <see cref="ReceiveOne"/>, but the message stays.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) => Next(max, take: false, cancellationToken)?.Message;

    /// <summary>The next message, which stays; null if none comes in time.</summary>
    public object PeekOne(CancellationToken cancellationToken) => PeekOne(null, cancellationToken);

    /// <summary>The next message, which stays; null if none comes in time.</summary>
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await NextAsync(max, take: false, cancellationToken))?.Message;

    /// <summary>The next message, which stays; null if none comes in time.</summary>
    public ValueTask<object> PeekOneAsync(CancellationToken cancellationToken) => PeekOneAsync(null, cancellationToken);

    /// <summary>Exactly that many messages; fails if they do not come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveMany(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Exactly that many messages; fails if they do not come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return ReceiveMany(numberOfMessages, Dilated(max), cancellationToken);
    }

    /// <summary>Exactly that many messages; fails if they do not come in time.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveManyAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Exactly that many messages; fails if they do not come in time.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return ReceiveManyAsync(numberOfMessages, Dilated(max), cancellationToken);
    }

    /// <summary>The one way in which every expectation takes or looks at a message; null if none comes in time.</summary>
    private MessageEnvelope Next(Deadline deadline, bool take, CancellationToken cancellationToken) =>
        Remember(_queue.Next(deadline.Left, take, cancellationToken), take);

    private MessageEnvelope Next(TimeSpan? max, bool take, CancellationToken cancellationToken) =>
        Remember(_queue.Next(RemainingOrDilated(max), take, cancellationToken), take);

    private async ValueTask<MessageEnvelope> NextAsync(Deadline deadline, bool take, CancellationToken cancellationToken) =>
        Remember(await _queue.NextAsync(deadline.Left, take, cancellationToken), take);

    private async ValueTask<MessageEnvelope> NextAsync(TimeSpan? max, bool take, CancellationToken cancellationToken) =>
        Remember(await _queue.NextAsync(RemainingOrDilated(max), take, cancellationToken), take);

    private MessageEnvelope Remember(MessageEnvelope next, bool take)
    {
        if (take)
        {
            _lastWasNoMsg = next == null;
            _last = next ?? NullMessageEnvelope.Instance;
        }

        return next;
    }

    private List<object> ReceiveMany(int count, TimeSpan max, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(max);
        var messages = new List<object>(count);
        while (messages.Count < count)
        {
            messages.Add((Next(deadline, take: true, cancellationToken) ?? throw ShortageFailure(count, messages.Count, max)).Message);
        }

        return messages;
    }

    private async IAsyncEnumerable<object> ReceiveManyAsync(
        int count, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(max);
        for (var received = 0; received < count; received++)
        {
            yield return (await NextAsync(deadline, take: true, cancellationToken) ?? throw ShortageFailure(count, received, max)).Message;
        }
    }

    private Exception ShortageFailure(int expected, int received, TimeSpan max) =>
        Failure($"Timeout ({max}) while expecting {expected} messages. Only got {received}.");
}
