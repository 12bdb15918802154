using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>Never full, never blocks; a message costs no allocation once the queue has its size.</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    internal readonly EnvelopeQueue Envelopes = new();

    /// <inheritdoc/>
    public bool HasMessages => !Envelopes.IsEmpty;

    /// <inheritdoc/>
    public int Count => Envelopes.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope) => Envelopes.Enqueue(envelope.Message, envelope.Sender);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => Envelopes.TryDequeue(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope)) deadletters.Enqueue(owner, envelope);
    }
}
