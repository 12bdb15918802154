using Akka.Actor;

namespace Akka.Event;

/// <summary>On a message: it is of no interest when it meets nobody.</summary>
public interface IDeadLetterSuppression
{
}

/// <summary>A message that was not handled by its receiver, as published on the event stream.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public IActorRef Recipient { get; }

    public override string ToString() => GetType().Name + " from " + Sender + " to " + Recipient + ": <" + Message + ">";
}

public sealed class DeadLetter : AllDeadLetters
{
    public DeadLetter(object message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

public sealed class SuppressedDeadLetter : AllDeadLetters
{
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

public sealed class UnhandledMessage : AllDeadLetters
{
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
    }
}

/// <summary>Dropped on purpose, with the reason.</summary>
public sealed class Dropped : AllDeadLetters
{
    public Dropped(object message, string reason, IActorRef recipient) : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    public Dropped(object message, string reason, IActorRef sender, IActorRef recipient) : base(message, sender, recipient)
    {
        Reason = reason;
    }

    public string Reason { get; }
}
