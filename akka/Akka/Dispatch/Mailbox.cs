using System;
using System.Diagnostics;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The queues of one actor and the state that says whether it may run. Invariants:
/// M1 at most one thread runs a mailbox: Run happens only between the change that sets Scheduled and the one that clears it.
/// M2 no lost wake-up: a producer looks at the state after its message is visible, a runner looks at the queues after it has
///    cleared Scheduled; both with a full fence between.
/// M3 all pending system messages are handled before each user message, also while user messages are suspended.
/// M4 a closed mailbox takes nothing: what arrives late goes to the dead letters, by whoever finds it there.
/// </summary>
public class Mailbox : IRunnable
{
    // The state: bit 0 closed, bit 1 scheduled, above them the number of suspensions.
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private static readonly SystemMessage ClosedQueue = new NoMessage();

    private int _state;

    // System messages, newest first; ClosedQueue once the mailbox is closed.
    private SystemMessage _systemMessages;
    private ActorCell _cell;
    private MessageDispatcher _dispatcher;

    // The queue itself when it is of the usual kind: it needs no fence of ours (its Q1) and no call through an interface.
    private readonly EnvelopeQueue _envelopes;

    /// <summary>Where the messages of an actor wait.</summary>
    public Mailbox(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
        if (messageQueue is not null && messageQueue.GetType() == typeof(UnboundedMessageQueue))
            _envelopes = ((UnboundedMessageQueue)messageQueue).Envelopes;
    }

    /// <summary>The messages of users.</summary>
    public IMessageQueue MessageQueue { get; }

    /// <summary>Who runs it.</summary>
    public MessageDispatcher Dispatcher => _dispatcher;

    internal ActorCell Cell => _cell;

    internal bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0;

    internal bool IsScheduled => (Volatile.Read(ref _state) & Scheduled) != 0;

    internal bool IsSuspended => SuspendCount > 0;

    internal int SuspendCount => Volatile.Read(ref _state) / SuspendUnit;

    internal bool HasSystemMessages
    {
        get
        {
            SystemMessage newest = Volatile.Read(ref _systemMessages);
            return newest is not null && newest != ClosedQueue;
        }
    }

    /// <summary>A sender has nothing to do for it: it has been closed or is going to be run already.</summary>
    internal bool IsClosedOrScheduled => (Volatile.Read(ref _state) & (Closed | Scheduled)) != 0;

    internal bool HasMessages => _envelopes is not null ? !_envelopes.IsEmpty : MessageQueue.HasMessages;

    internal int NumberOfMessages => MessageQueue.Count;

    /// <summary>Gives it its actor.</summary>
    public virtual void SetActor(ActorCell actorCell)
    {
        _cell = actorCell;
        _dispatcher = actorCell.Dispatcher;
    }

    /// <summary>Afterwards the sender looks at the state (M2).</summary>
    internal void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        if (_envelopes is not null)
        {
            _envelopes.Enqueue(envelope.Message, envelope.Sender);
            return;
        }

        MessageQueue.Enqueue(receiver, envelope);
        Interlocked.MemoryBarrier();
    }

    /// <summary>False when the mailbox is closed; the message then belongs to the caller.</summary>
    internal virtual bool SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        SystemMessage newest = Volatile.Read(ref _systemMessages);
        while (true)
        {
            if (newest == ClosedQueue) return false;
            message.Next = newest;
            SystemMessage seen = Interlocked.CompareExchange(ref _systemMessages, message, newest);
            if (seen == newest) return true;
            newest = seen;
        }
    }

    internal bool CanBeScheduledForExecution(bool hasMessageHint, bool hasSystemMessageHint)
    {
        int state = Volatile.Read(ref _state);
        if ((state & Closed) != 0) return false;
        if (state >= SuspendUnit) return hasSystemMessageHint || HasSystemMessages;
        return hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages;
    }

    /// <summary>True for the one caller that moved the mailbox to scheduled: it has to get it executed.</summary>
    internal bool SetAsScheduled()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if ((state & (Closed | Scheduled)) != 0) return false;
            if (Interlocked.CompareExchange(ref _state, state | Scheduled, state) == state) return true;
        }
    }

    internal void SetAsIdle() => Interlocked.And(ref _state, ~Scheduled);

    /// <summary>One more reason not to handle user messages. Only the actor's own thread suspends and resumes.</summary>
    internal void Suspend()
    {
        if (!IsClosed) Interlocked.Add(ref _state, SuspendUnit);
    }

    internal void Resume()
    {
        if (!IsClosed && SuspendCount > 0) Interlocked.Add(ref _state, -SuspendUnit);
    }

    internal void BecomeClosed() => Interlocked.Or(ref _state, Closed);

    /// <summary>Handles what waits, up to the throughput.</summary>
    public void Execute() => Run();

    /// <summary>Handles what waits, up to the throughput.</summary>
    public void Run()
    {
        ActorCell previous = InternalCurrentActorCellKeeper.Current;
        try
        {
            if (IsClosed) return;
            InternalCurrentActorCellKeeper.Current = _cell;
            ProcessAllSystemMessages();
            ProcessUserMessages();
        }
        catch (Exception e)
        {
            // Failures of the user's are handled inside; one of the runtime's must not take the thread, and with it the process.
            _dispatcher.ReportRunFailure(e);
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = previous;
            // M2: clearing is interlocked, the look at the queues comes after it.
            SetAsIdle();
            _dispatcher.RegisterForExecution(this, false, false);
        }
    }

    internal void ProcessAllSystemMessages()
    {
        SystemMessage next = TakeSystemMessages();
        while (next is not null)
        {
            if (IsClosed)
            {
                ForwardToDeadLetters(next);
                return;
            }

            SystemMessage message = next;
            next = message.Next;
            message.Unlink();
            _cell.SystemInvoke(message);
            if (next is null) next = TakeSystemMessages();
        }
    }

    /// <summary>Closes the queue of system messages and moves everything left in both queues to the dead letters.</summary>
    public virtual void CleanUp()
    {
        SystemMessage left = Interlocked.Exchange(ref _systemMessages, ClosedQueue);
        if (left is not null && left != ClosedQueue) ForwardToDeadLetters(Reverse(left));
        // The stopping actor and late senders (M4) may meet here.
        lock (MessageQueue) MessageQueue.CleanUp(_cell.Self, _cell.SystemImpl.Mailboxes.DeadLetterMailbox.MessageQueue);
    }

    private void ProcessUserMessages()
    {
        int left = Math.Max(_dispatcher.Throughput, 1);
        long deadline = _dispatcher.DeadlineTimestamp();
        EnvelopeQueue envelopes = _envelopes;
        while ((Volatile.Read(ref _state) & ~Scheduled) == 0)
        {
            if (!(envelopes is not null ? envelopes.TryDequeue(out Envelope envelope) : MessageQueue.TryDequeue(out envelope))) return;
            _cell.Invoke(envelope);
            if (Volatile.Read(ref _systemMessages) is not null) ProcessAllSystemMessages();
            if (--left <= 0 || (deadline != 0 && Stopwatch.GetTimestamp() >= deadline)) return;
        }
    }

    private SystemMessage TakeSystemMessages()
    {
        SystemMessage newest = Volatile.Read(ref _systemMessages);
        if (newest is null || newest == ClosedQueue) return null;
        while (true)
        {
            SystemMessage seen = Interlocked.CompareExchange(ref _systemMessages, null, newest);
            if (seen == newest) return Reverse(newest);
            if (seen == ClosedQueue) return null;
            newest = seen;
        }
    }

    private void ForwardToDeadLetters(SystemMessage oldest)
    {
        DeadLetterMailbox deadLetters = _cell.SystemImpl.Mailboxes.DeadLetterMailbox;
        while (oldest is not null)
        {
            SystemMessage message = oldest;
            oldest = message.Next;
            message.Unlink();
            deadLetters.SystemEnqueue(_cell.Self, message);
        }
    }

    private static SystemMessage Reverse(SystemMessage newest)
    {
        SystemMessage oldest = null;
        while (newest is not null)
        {
            SystemMessage next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }
}
