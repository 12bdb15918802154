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
            waiters = _added;
            _added = New();
        }

        waiters.TrySetResult();
    }

    /// <summary>Waits up to <paramref name="timeout"/> (infinite: negative) on this thread; null if nothing came.</summary>
    public MessageEnvelope Next(TimeSpan timeout, bool take, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var envelope = Look(take, out var added);
            var left = deadline.Left;
            if (envelope != null || left == TimeSpan.Zero)
            {
                return envelope;
            }

            // A wait for a task, and no other, makes the pool add a thread in place of this one. Tests run on pool threads, and
            // the actors that they wait for need some too.
            added.Wait((int)Math.Ceiling(left.TotalMilliseconds), cancellationToken);
        }
    }

    /// <summary>As <see cref="Next"/>, without holding a thread.</summary>
    public async ValueTask<MessageEnvelope> NextAsync(TimeSpan timeout, bool take, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(timeout);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var envelope = Look(take, out var added);
            var left = deadline.Left;
            if (envelope != null || left == TimeSpan.Zero)
            {
                return envelope;
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

    private MessageEnvelope Look(bool take, out Task added)
    {
        lock (_sync)
        {
            added = _added.Task;
            return _messages.Count == 0 ? null : take ? _messages.Dequeue() : _messages.Peek();
        }
    }
}
