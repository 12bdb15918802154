using System;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>What an actor can require of its queue.</summary>
public interface ISemantics
{
}

/// <summary>A queue for any number of messages.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics
{
}

/// <summary>A queue for so many messages.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    /// <summary>How long a sender waits for room.</summary>
    TimeSpan PushTimeOut { get; }
}

/// <summary>A queue that several may take from.</summary>
public interface IMultipleConsumerSemantics : ISemantics
{
}

/// <summary>A queue with a lock.</summary>
public interface IBlockingMessageQueueSemantics : IMultipleConsumerSemantics
{
    /// <summary>How long the lock is waited for.</summary>
    TimeSpan BlockTimeOut { get; set; }
}

/// <summary>A queue with a front to put messages back.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Puts a message in as the next one.</summary>
    void EnqueueFirst(Envelope envelope);
}

/// <summary>A queue for any number of messages, with a front to put them back.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
}

/// <summary>A queue for so many messages, with a front to put them back.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics
{
}

/// <summary>On an actor: its mailbox must have these semantics (akka.actor.mailbox.requirements names one that has).</summary>
public interface IRequiresMessageQueue<T> where T : ISemantics
{
}

/// <summary>On a mailbox type: what queue it makes, known without making one.</summary>
public interface IProducesMessageQueue<TQueue> where TQueue : IMessageQueue
{
}

/// <summary>A mailbox that senders may have to wait for.</summary>
public interface IProducesPushTimeoutSemanticsMailbox
{
    /// <summary>How long a sender waits for room.</summary>
    TimeSpan PushTimeout { get; }
}
