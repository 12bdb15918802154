using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one mailbox: any number of producers, one consumer at a time.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters; the owner has stopped.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
