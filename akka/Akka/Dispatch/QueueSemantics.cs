using System;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

public interface ISemantics
{
}

public interface IUnboundedMessageQueueSemantics : ISemantics
{
}

public interface IBoundedMessageQueueSemantics : ISemantics
{
    TimeSpan PushTimeOut { get; }
}

public interface IMultipleConsumerSemantics : ISemantics
{
}

public interface IBlockingMessageQueueSemantics : IMultipleConsumerSemantics
{
    TimeSpan BlockTimeOut { get; set; }
}

public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
}

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

public interface IProducesPushTimeoutSemanticsMailbox
{
    TimeSpan PushTimeout { get; }
}
