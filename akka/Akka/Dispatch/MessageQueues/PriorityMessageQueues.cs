using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue under a lock, for orders that no lock-free queue gives.</summary>
public abstract class BlockingMessageQueue : IMessageQueue, IBlockingMessageQueueSemantics
{
    private readonly object _lock = new();

    /// <summary>How long the lock is waited for.</summary>
    public TimeSpan BlockTimeOut { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public bool HasMessages => Count > 0;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_lock) return LockedCount;
        }
    }

    /// <summary>How many wait; under the lock.</summary>
    protected abstract int LockedCount { get; }

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_lock) LockedEnqueue(envelope);
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        lock (_lock) return LockedTryDequeue(out envelope);
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }

    /// <summary>Puts a message in; under the lock.</summary>
    protected abstract void LockedEnqueue(Envelope envelope);

    /// <summary>Takes the next one out; under the lock.</summary>
    protected abstract bool LockedTryDequeue(out Envelope envelope);
}

/// <summary>Orders by what the generator says of a message, lowest first; equal ones in any order.</summary>
public class UnboundedPriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityOrder _order;

    /// <summary>Ordered by that priority.</summary>
    public UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _order = new PriorityOrder(priorityGenerator, initialCapacity);
    }

    /// <inheritdoc/>
    protected override int LockedCount => _order.Count;

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope) => _order.PushFront(envelope);

    /// <inheritdoc/>
    protected override void LockedEnqueue(Envelope envelope) => _order.Enqueue(envelope);

    /// <inheritdoc/>
    protected override bool LockedTryDequeue(out Envelope envelope) => _order.TryDequeue(out envelope);
}

/// <summary>As the other one, but first in, first out among equals.</summary>
public class UnboundedStablePriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityOrder _order;

    /// <summary>Ordered by that priority.</summary>
    public UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _order = new PriorityOrder(priorityGenerator, initialCapacity);
    }

    /// <inheritdoc/>
    protected override int LockedCount => _order.Count;

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope) => _order.PushFront(envelope);

    /// <inheritdoc/>
    protected override void LockedEnqueue(Envelope envelope) => _order.Enqueue(envelope);

    /// <inheritdoc/>
    protected override bool LockedTryDequeue(out Envelope envelope) => _order.TryDequeue(out envelope);
}

/// <summary>The order itself, stable; and in front of it what was put back, which has its own lock since stashes come from outside the queue's.</summary>
internal sealed class PriorityOrder
{
    private readonly Func<object, int> _priority;
    private readonly PriorityQueue<Envelope, (int Priority, long Number)> _queue;
    private readonly Stack<Envelope> _front = new();
    private long _number;

    public PriorityOrder(Func<object, int> priority, int initialCapacity)
    {
        _priority = priority;
        _queue = new PriorityQueue<Envelope, (int, long)>(initialCapacity);
    }

    public int Count
    {
        get
        {
            lock (_front) return _queue.Count + _front.Count;
        }
    }

    public void Enqueue(Envelope envelope) => _queue.Enqueue(envelope, (_priority(envelope.Message), _number++));

    public void PushFront(Envelope envelope)
    {
        lock (_front) _front.Push(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_front)
        {
            if (_front.TryPop(out envelope)) return true;
        }

        return _queue.TryDequeue(out envelope, out _);
    }
}
