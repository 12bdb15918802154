using Akka.Actor;

namespace Akka.Event;

/// <summary>On a message: it is of no interest when it meets nobody.</summary>
public interface IDeadLetterSuppression
{
}

/// <summary>A message that was not handled by its receiver, as published on the event stream.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    /// <summary>What did not reach anybody.</summary>
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>What was sent.</summary>
    public object Message { get; }

    /// <summary>Who sent it.</summary>
    public IActorRef Sender { get; }

    /// <summary>To whom.</summary>
    public IActorRef Recipient { get; }

    /// <inheritdoc/>
    public override string ToString() => GetType().Name + " from " + Sender + " to " + Recipient + ": <" + Message + ">";
}

/// <summary>A message that nobody got.</summary>
public sealed class DeadLetter : AllDeadLetters
{
    /// <summary>A message that nobody got.</summary>
    public DeadLetter(object message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

/// <summary>A message that nobody got, and that nobody misses.</summary>
public sealed class SuppressedDeadLetter : AllDeadLetters
{
    /// <summary>A message that nobody got, and that nobody misses.</summary>
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

/// <summary>A message that its recipient has no handler for.</summary>
public sealed class UnhandledMessage : AllDeadLetters
{
    /// <summary>A message that its recipient has no handler for.</summary>
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

/// <summary>Dropped on purpose, with the reason.</summary>
public sealed class Dropped : AllDeadLetters
{
    /// <summary>A message that was given up on the way.</summary>
    public Dropped(object message, string reason, IActorRef recipient) : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    /// <summary>A message that was given up on the way.</summary>
    public Dropped(object message, string reason, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
        Reason = reason;
    }

    /// <summary>Why.</summary>
    public string Reason { get; }
}
