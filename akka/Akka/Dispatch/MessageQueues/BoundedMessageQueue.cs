using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A full queue makes its senders wait up to the push timeout; what does not get in becomes a dead letter.</summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly BlockingCollection<Envelope> _queue;

    /// <summary>Takes so many messages.</summary>
    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    {
        if (boundedCapacity <= 0) throw new ArgumentException("The capacity of a bounded mailbox must be positive", nameof(boundedCapacity));
        _queue = new BlockingCollection<Envelope>(boundedCapacity);
        PushTimeOut = pushTimeOut;
    }

    /// <summary>Takes so many messages.</summary>
    public BoundedMessageQueue(Config config)
        : this(config.GetInt("mailbox-capacity"), config.GetTimeSpan("mailbox-push-timeout-time"))
    {
    }

    /// <summary>How long a sender waits for room.</summary>
    public TimeSpan PushTimeOut { get; set; }

    /// <inheritdoc/>
    public bool HasMessages => _queue.Count > 0;

    /// <inheritdoc/>
    public int Count => _queue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        bool taken = PushTimeOut < TimeSpan.Zero || PushTimeOut.TotalMilliseconds > int.MaxValue
            ? _queue.TryAdd(envelope, System.Threading.Timeout.Infinite)
            : _queue.TryAdd(envelope, PushTimeOut);
        // A full subscriber to dead letters must not make another one of each.
        if (taken || envelope.Message is Akka.Event.AllDeadLetters) return;
        ((IInternalActorRef)receiver).Provider.DeadLetters.Tell(
            new Akka.Event.DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _queue.TryTake(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }
}
