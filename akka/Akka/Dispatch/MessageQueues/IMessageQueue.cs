using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one mailbox: any number of producers, one consumer at a time.</summary>
public interface IMessageQueue
{
    /// <summary>True if one waits.</summary>
    bool HasMessages { get; }

    /// <summary>How many wait.</summary>
    int Count { get; }

    /// <summary>Puts a message in.</summary>
    void Enqueue(IActorRef receiver, Envelope envelope);

    /// <summary>Takes the next one out; false if none waits.</summary>
    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves what is left to the dead letters; the owner has stopped.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
