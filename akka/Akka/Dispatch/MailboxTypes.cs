using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>Makes the queues of the mailboxes of one kind; constructed with (Settings, Config of its own section).</summary>
public abstract class MailboxType
{
    /// <summary>What the configuration says.</summary>
    protected readonly Settings Settings;

    /// <summary>The section of the mailbox.</summary>
    protected readonly Config Config;

    /// <summary>Made from its section.</summary>
    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    /// <summary>The queue of an actor.</summary>
    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

/// <summary>Takes any number of messages, first in, first out.</summary>
public sealed class UnboundedMailbox : MailboxType, IProducesMessageQueue<UnboundedMessageQueue>
{
    /// <summary>Made from its section.</summary>
    public UnboundedMailbox() : base(null, null)
    {
    }

    /// <summary>Made from its section.</summary>
    public UnboundedMailbox(Settings settings, Config config) : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>Takes any number of messages; has a front to put them back.</summary>
public sealed class UnboundedDequeBasedMailbox : MailboxType, IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    /// <summary>Made from its section.</summary>
    public UnboundedDequeBasedMailbox(Settings settings, Config config) : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedDequeMessageQueue();
}

/// <summary>Takes so many messages; a sender to a full one waits, then the message is a dead letter.</summary>
public sealed class BoundedMailbox : MailboxType, IProducesMessageQueue<BoundedMessageQueue>, IProducesPushTimeoutSemanticsMailbox
{
    /// <summary>Made from its section.</summary>
    public BoundedMailbox(Settings settings, Config config) : base(settings, config)
    {
        Capacity = config.GetInt("mailbox-capacity");
        PushTimeout = config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1));
        if (Capacity <= 0) throw new ArgumentException("mailbox-capacity must be positive", nameof(config));
    }

    /// <summary>How many messages it takes.</summary>
    public int Capacity { get; }

    /// <summary>How long a sender waits for room.</summary>
    public TimeSpan PushTimeout { get; }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedMessageQueue(Capacity, PushTimeout);
}

/// <summary>Takes so many messages; has a front to put them back.</summary>
public class BoundedDequeBasedMailbox : MailboxType, IProducesMessageQueue<BoundedDequeMessageQueue>,
    IProducesPushTimeoutSemanticsMailbox
{
    /// <summary>Made from its section.</summary>
    public BoundedDequeBasedMailbox(Settings settings, Config config) : base(settings, config)
    {
        Capacity = config.GetInt("mailbox-capacity");
        PushTimeout = config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1));
        if (Capacity <= 0) throw new ArgumentException("mailbox-capacity must be positive", nameof(config));
    }

    /// <summary>How many messages it takes.</summary>
    public int Capacity { get; }

    /// <summary>How long a sender waits for room.</summary>
    public TimeSpan PushTimeout { get; }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedDequeMessageQueue(Capacity, PushTimeout);
}

/// <summary>Gives messages by their priority; among equals in any order.</summary>
public abstract class UnboundedPriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedPriorityMessageQueue>
{
    /// <summary>For how many messages there is room at first.</summary>
    public const int DefaultCapacity = 11;

    /// <summary>Made from its section.</summary>
    protected UnboundedPriorityMailbox(Settings settings, Config config) : base(settings, config)
    {
    }

    /// <summary>For how many messages there is room at first.</summary>
    public int InitialCapacity => DefaultCapacity;

    /// <summary>The lower the number, the sooner its turn.</summary>
    protected abstract int PriorityGenerator(object message);

    /// <inheritdoc/>
    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedPriorityMessageQueue(PriorityGenerator, InitialCapacity);
}

/// <summary>Gives messages by their priority; among equals in the order of sending.</summary>
public abstract class UnboundedStablePriorityMailbox : MailboxType, IProducesMessageQueue<UnboundedStablePriorityMessageQueue>
{
    /// <summary>For how many messages there is room at first.</summary>
    public const int DefaultCapacity = 11;

    /// <summary>Made from its section.</summary>
    protected UnboundedStablePriorityMailbox(Settings settings, Config config) : base(settings, config)
    {
    }

    /// <summary>For how many messages there is room at first.</summary>
    public int InitialCapacity => DefaultCapacity;

    /// <summary>The lower the number, the sooner its turn.</summary>
    protected abstract int PriorityGenerator(object message);

    /// <inheritdoc/>
    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new UnboundedStablePriorityMessageQueue(PriorityGenerator, InitialCapacity);
}
