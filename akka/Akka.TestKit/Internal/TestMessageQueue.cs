using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.TestKit.Internal;

/// <summary>
/// The messages of a test actor, waiting for the test. The actor adds, the test takes, by blocking or by awaiting.
/// Both ways wake on each addition and look again, so neither can miss one.
/// </summary>
internal sealed class TestMessageQueue
{
    private readonly object _sync = new();
    private readonly Queue<MessageEnvelope> _messages = new();
    private TaskCompletionSource _added = New();

    public bool IsEmpty
    {
        get
        {
            lock (_sync)
            {
                return _messages.Count == 0;
            }
        }
    }

    public void Add(MessageEnvelope envelope)
    {
        TaskCompletionSource waiters;
        lock (_sync)
        {
            _messages.Enqueue(envelope);
            Monitor.PulseAll(_sync);
            waiters = _added;
            _added = New();
        }

        waiters.TrySetResult();
    }

    /// <summary>Waits up to <paramref name="timeout"/> (infinite: negative) on this thread; null if nothing came.</summary>
    public MessageEnvelope Next(TimeSpan timeout, bool take, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        using var wake = cancellationToken.CanBeCanceled ? cancellationToken.Register(Wake) : default;
        lock (_sync)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Look(take) is { } envelope)
                {
                    return envelope;
                }

                var left = deadline.Left;
                if (left == TimeSpan.Zero)
                {
                    return null;
                }

                Monitor.Wait(_sync, left);
            }
        }
    }

    /// <summary>As <see cref="Next"/>, without holding a thread.</summary>
    public async ValueTask<MessageEnvelope> NextAsync(TimeSpan timeout, bool take, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task added;
            lock (_sync)
            {
                if (Look(take) is { } envelope)
                {
                    return envelope;
                }

                added = _added.Task;
            }

            var left = deadline.Left;
            if (left == TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await added.WaitAsync(left, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // One last look.
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MessageEnvelope Look(bool take)
    {
        if (_messages.Count == 0)
        {
            return null;
        }

        return take ? _messages.Dequeue() : _messages.Peek();
    }

    private void Wake()
    {
        lock (_sync)
        {
            Monitor.PulseAll(_sync);
        }
    }
}
