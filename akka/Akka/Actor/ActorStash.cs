using System;
using System.Collections.Generic;
using Akka.Dispatch;

namespace Akka.Actor;

internal sealed class ActorStash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _mailbox;
    private readonly LinkedList<Envelope> _stashed = new();

    // The same message may lie here once; the one in work is recognized by its position in the mailbox, that is by being in work.
    private long _lastStashedNumber;

    public ActorStash(ActorCell cell)
    {
        _cell = cell;
        _mailbox = cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics
            ?? throw new NotSupportedException("DequeBasedMailbox required, got: " + cell.Mailbox.MessageQueue.GetType().Name
                + ". An (unbounded) deque-based mailbox can be configured as follows: my-custom-mailbox { mailbox-type = "
                + "\"Akka.Dispatch.UnboundedDequeBasedMailbox\" }");
        Capacity = cell.Props.Deploy.StashCapacity != Deploy.NoStashSize
            ? cell.Props.Deploy.StashCapacity
            : cell.SystemImpl.Mailboxes.StashCapacity(cell.Props.Dispatcher, cell.Props.Mailbox);
    }

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => Capacity >= 0 && _stashed.Count >= Capacity;

    public int Capacity { get; }

    public void Stash()
    {
        Envelope current = _cell.CurrentEnvelope;
        if (current.Message is null) throw new IllegalActorStateException("There is no message in work that could be stashed");
        if (_lastStashedNumber == _cell.MessageNumber)
            throw new IllegalActorStateException("Can't stash the same message " + current.Message + " more than once");
        if (IsFull) throw new StashOverflowException("Couldn't enqueue message " + current.Message + " to stash of " + _cell.Self);
        _stashed.AddLast(current);
        _lastStashedNumber = _cell.MessageNumber;
    }

    public void Unstash()
    {
        if (_stashed.Count == 0) return;
        Envelope oldest = _stashed.First.Value;
        _stashed.RemoveFirst();
        _mailbox.EnqueueFirst(oldest);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        // The mailbox takes them at its front, so the newest goes first.
        while (_stashed.Count > 0)
        {
            Envelope newest = _stashed.Last.Value;
            _stashed.RemoveLast();
            if (predicate(newest)) _mailbox.EnqueueFirst(newest);
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        List<Envelope> stashed = new(_stashed);
        _stashed.Clear();
        return stashed;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        LinkedListNode<Envelope> first = _stashed.First;
        foreach (Envelope envelope in envelopes)
        {
            if (first is null) _stashed.AddLast(envelope);
            else _stashed.AddBefore(first, envelope);
        }
    }
}
