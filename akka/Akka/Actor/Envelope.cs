namespace Akka.Actor;

/// <summary>A message with its sender, as it lies in a mailbox. In a mailbox the sender is never null.</summary>
public readonly struct Envelope
{
    /// <summary>A message and its sender.</summary>
    public Envelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    /// <summary>A message and its sender.</summary>
    public Envelope(object message, IActorRef sender, ActorSystem system)
    {
        Message = message;
        Sender = sender ?? system.DeadLetters;
    }

    /// <summary>What was sent.</summary>
    public object Message { get; }

    /// <summary>Who sent it.</summary>
    public IActorRef Sender { get; }

    /// <inheritdoc/>
    public override string ToString() => "<" + Message + "> from " + (Sender is null ? "NoSender" : Sender.ToString());
}
