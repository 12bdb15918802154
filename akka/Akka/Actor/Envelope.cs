namespace Akka.Actor;

/// <summary>A message with its sender, as it lies in a mailbox. In a mailbox the sender is never null.</summary>
public readonly struct Envelope
{
    public Envelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public Envelope(object message, IActorRef sender, ActorSystem system)
    {
        Message = message;
        Sender = sender ?? system.DeadLetters;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public override string ToString() => "<" + Message + "> from " + (Sender is null ? "NoSender" : Sender.ToString());
}
