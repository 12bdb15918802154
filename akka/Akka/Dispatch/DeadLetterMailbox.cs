using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>What a stopped cell has in place of its mailbox: everything goes to the dead letters, which answer a Watch.</summary>
public sealed class DeadLetterMailbox : Mailbox
{
    private readonly IActorRef _deadLetters;

    /// <summary>Turns everything into dead letters.</summary>
    public DeadLetterMailbox(IActorRef deadLetters) : base(new DeadLetterQueue(deadLetters))
    {
        _deadLetters = deadLetters;
        BecomeClosed();
    }

    internal override bool SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        // A continuation of a dead actor's task has nobody to run for.
        if (message is not ActorTask) _deadLetters.Tell(new DeadLetter(message, receiver, receiver), receiver);
        return true;
    }

    private sealed class DeadLetterQueue : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private readonly IActorRef _deadLetters;

        public DeadLetterQueue(IActorRef deadLetters)
        {
            _deadLetters = deadLetters;
        }

        public bool HasMessages => false;

        public int Count => 0;

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            // A subscriber to dead letters that is dead itself must not make another one of each.
            if (envelope.Message is AllDeadLetters) return;
            _deadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            envelope = default;
            return false;
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
        }
    }
}
