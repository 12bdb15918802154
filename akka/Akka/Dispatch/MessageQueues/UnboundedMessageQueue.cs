using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>Never full, never blocks; a message costs no allocation once the queue has its size.</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    internal readonly EnvelopeQueue Envelopes = new();

    public bool HasMessages => !Envelopes.IsEmpty;

    public int Count => Envelopes.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => Envelopes.Enqueue(envelope.Message, envelope.Sender);

    public bool TryDequeue(out Envelope envelope) => Envelopes.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }
}
