using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>
/// Brings the outcomes of writes, which end in any order, back into the order of the requests. Any thread; it does not depend on the journal
/// actor's incarnation, so a write that outlives its journal's restart is still answered.
/// </summary>
internal sealed class WriteReplies
{
    private readonly Queue<Write> _inOrder = new();
    private bool _draining;

    public Write Begin(WriteMessages request, IActorRef journal)
    {
        Write write = new(this, request, journal);
        lock (_inOrder) _inOrder.Enqueue(write);
        return write;
    }

    private void Ended(Write write, Exception failure, IImmutableList<Exception> rejections)
    {
        lock (_inOrder)
        {
            write.Failure = failure;
            write.Rejections = rejections;
            write.HasEnded = true;
            if (_draining) return;
            _draining = true;
        }

        while (TryTake(out Write next)) next.Answer();
    }

    private bool TryTake(out Write next)
    {
        lock (_inOrder)
        {
            _draining = _inOrder.TryPeek(out next) && next.HasEnded;
            if (_draining) _inOrder.Dequeue();
            return _draining;
        }
    }

    /// <summary>One request. It ends once.</summary>
    internal sealed class Write(WriteReplies replies, WriteMessages request, IActorRef journal)
    {
        internal bool HasEnded;
        internal Exception Failure;
        internal IImmutableList<Exception> Rejections;

        public void Stored(IImmutableList<Exception> rejections) => replies.Ended(this, null, rejections);

        public void Failed(Exception cause) => replies.Ended(this, cause, null);

        internal void Answer()
        {
            IActorRef actor = request.PersistentActor;
            int id = request.ActorInstanceId;
            actor.Tell(Failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(Failure, CountWrites()), journal);
            int index = 0;
            foreach (IPersistentEnvelope envelope in request.Messages)
            {
                if (envelope is not AtomicWrite write)
                {
                    actor.Tell(new LoopMessageSuccess(envelope.Payload, id), envelope.Sender);
                    continue;
                }

                Exception rejection = Rejections?[index];
                index++;
                foreach (IPersistentRepresentation @event in write.Events) actor.Tell(AnswerTo(@event, rejection, id), @event.Sender);
            }
        }

        private IJournalResponse AnswerTo(IPersistentRepresentation @event, Exception rejection, int id)
        {
            if (Failure is not null) return new WriteMessageFailure(@event, Failure, id);
            return rejection is null ? new WriteMessageSuccess(@event, id) : new WriteMessageRejected(@event, rejection, id);
        }

        private int CountWrites()
        {
            int count = 0;
            foreach (IPersistentEnvelope envelope in request.Messages)
                if (envelope is AtomicWrite) count++;
            return count;
        }
    }
}
