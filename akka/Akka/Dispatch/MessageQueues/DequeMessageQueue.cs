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
    protected readonly IMessageQueue MessageQueue;

    private readonly Stack<Envelope> _front = new();
    private volatile int _frontCount;

    public DequeWrapperMessageQueue(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
    }

    public bool HasMessages => _frontCount > 0 || MessageQueue.HasMessages;

    public int Count => _frontCount + MessageQueue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope)
    {
        _front.Push(envelope);
        _frontCount = _front.Count;
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (_frontCount == 0) return MessageQueue.TryDequeue(out envelope);
        envelope = _front.Pop();
        _frontCount = _front.Count;
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_frontCount > 0 && TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
        MessageQueue.CleanUp(owner, deadletters);
    }
}

public class UnboundedDequeMessageQueue : DequeWrapperMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    public UnboundedDequeMessageQueue() : base(new UnboundedMessageQueue())
    {
    }
}

public class BoundedDequeMessageQueue : DequeWrapperMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    public BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : base(new BoundedMessageQueue(boundedCapacity, pushTimeOut))
    {
        PushTimeOut = pushTimeOut;
    }

    public TimeSpan PushTimeOut { get; }
}
