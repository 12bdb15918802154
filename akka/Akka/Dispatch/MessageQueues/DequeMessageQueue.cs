using System;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// A queue that also takes messages at its front. Only the actor itself puts them there, while its mailbox runs, so the front is
/// a plain stack; the count alone is read by others.
/// </summary>
public class DequeWrapperMessageQueue : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    /// <summary>What it wraps.</summary>
    protected readonly IMessageQueue MessageQueue;

    private readonly Stack<Envelope> _front = new();
    private volatile int _frontCount;

    /// <summary>Puts a front before a queue.</summary>
    public DequeWrapperMessageQueue(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
    }

    /// <inheritdoc/>
    public bool HasMessages => _frontCount > 0 || MessageQueue.HasMessages;

    /// <inheritdoc/>
    public int Count => _frontCount + MessageQueue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope)
    {
        _front.Push(envelope);
        _frontCount = _front.Count;
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        if (_frontCount == 0) return MessageQueue.TryDequeue(out envelope);
        envelope = _front.Pop();
        _frontCount = _front.Count;
        return true;
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_frontCount > 0 && TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
        MessageQueue.CleanUp(owner, deadletters);
    }
}

/// <summary>Takes any number of messages; has a front to put them back.</summary>
public class UnboundedDequeMessageQueue : DequeWrapperMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    /// <summary>Takes any number of messages; has a front to put them back.</summary>
    public UnboundedDequeMessageQueue() : base(new UnboundedMessageQueue())
    {
    }
}

/// <summary>Takes so many messages.</summary>
public class BoundedDequeMessageQueue : DequeWrapperMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    /// <summary>Takes so many messages.</summary>
    public BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : base(new BoundedMessageQueue(boundedCapacity, pushTimeOut))
    {
        PushTimeOut = pushTimeOut;
    }

    /// <summary>How long a sender waits for room.</summary>
    public TimeSpan PushTimeOut { get; }
}
