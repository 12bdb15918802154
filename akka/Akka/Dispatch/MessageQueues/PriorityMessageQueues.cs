using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue under a lock, for orders that no lock-free queue gives.</summary>
public abstract class BlockingMessageQueue : IMessageQueue, IBlockingMessageQueueSemantics
{
    private readonly object _lock = new();

    public TimeSpan BlockTimeOut { get; set; } = TimeSpan.FromSeconds(1);

    public bool HasMessages => Count > 0;

    public int Count
    {
        get
        {
            lock (_lock) return LockedCount;
        }
    }

    protected abstract int LockedCount { get; }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_lock) LockedEnqueue(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_lock) return LockedTryDequeue(out envelope);
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }

    protected abstract void LockedEnqueue(Envelope envelope);

    protected abstract bool LockedTryDequeue(out Envelope envelope);
}

/// <summary>Orders by what the generator says of a message, lowest first; equal ones in any order.</summary>
public class UnboundedPriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityOrder _order;

    public UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _order = new PriorityOrder(priorityGenerator, initialCapacity);
    }

    protected override int LockedCount => _order.Count;

    public void EnqueueFirst(Envelope envelope) => _order.PushFront(envelope);

    protected override void LockedEnqueue(Envelope envelope) => _order.Enqueue(envelope);

    protected override bool LockedTryDequeue(out Envelope envelope) => _order.TryDequeue(out envelope);
}

/// <summary>As the other one, but first in, first out among equals.</summary>
public class UnboundedStablePriorityMessageQueue : BlockingMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityOrder _order;

    public UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    {
        _order = new PriorityOrder(priorityGenerator, initialCapacity);
    }

    protected override int LockedCount => _order.Count;

    public void EnqueueFirst(Envelope envelope) => _order.PushFront(envelope);

    protected override void LockedEnqueue(Envelope envelope) => _order.Enqueue(envelope);

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
