using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Persistence;

/// <summary>Commands, the writes that they cause, and the journal's answers.</summary>
public abstract partial class Eventsourced
{
    // Handlers that wait for the journal, oldest first, and how many of them keep commands waiting.
    private readonly Queue<IPendingHandlerInvocation> _pending = new();
    private int _pendingStashing;

    // Persisted, but not sent to the journal yet.
    private List<IPersistentEnvelope> _unsent = new();

    // Answers that the write in progress still owes; 0: none is in progress (I3).
    private int _answersOwed;
    private bool _asyncHandlerRuns;

    /// <inheritdoc/>
    protected internal override bool AroundReceive(Receive receive, object message)
    {
        switch (_phase)
        {
            case Phase.WaitingForPermit:
                WaitingForPermit(message);
                return true;
            case Phase.LoadingSnapshot:
                LoadingSnapshot(message);
                return true;
            case Phase.Replaying:
                Replaying(message);
                return true;
            default:
                if (Internal(message)) return true;
                if (_phase == Phase.Commands) return Command(receive, message);
                StashInternally(message);
                return true;
        }
    }

    /// <summary>Runs an asynchronous handler as this command's work: nothing else is taken before it has completed.</summary>
    protected void RunTask(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ActorTaskScheduler.RunTask(() =>
        {
            Task work = action();
            return work is null || work.IsCompleted ? work : AwaitHandler(work);
        });
    }

    private async Task AwaitHandler(Task work)
    {
        _asyncHandlerRuns = true;
        bool failed = true;
        try
        {
            await work;
            failed = false;
        }
        finally
        {
            _asyncHandlerRuns = false;
            Settle(failed);
        }
    }

    private bool Command(Receive receive, object message)
    {
        bool failed = true;
        try
        {
            bool handled = base.AroundReceive(receive, message);
            failed = false;
            return handled;
        }
        finally
        {
            if (!_asyncHandlerRuns) Settle(failed);
        }
    }

    /// <summary>After a handler: sends what it persisted, and lets the next command in if no handler keeps it out.</summary>
    private void Settle(bool failed)
    {
        FlushBatch();
        if (_pendingStashing > 0)
        {
            _phase = Phase.Persisting;
            return;
        }

        _phase = Phase.Commands;
        // One by one, so that each is taken before anything that came later. After a failure all: the next incarnation starts with them.
        if (failed) _internalStash.UnstashAll();
        else _internalStash.Unstash();
    }

    /// <summary>Takes what is between this base and the plugins.</summary>
    private bool Internal(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success:
                if (IsMine(success.ActorInstanceId)) Stored(success.Persistent);
                return true;
            case WriteMessageRejected rejected:
                if (IsMine(rejected.ActorInstanceId)) Rejected(rejected);
                return true;
            case WriteMessageFailure failure:
                if (IsMine(failure.ActorInstanceId)) Failed(failure);
                return true;
            case LoopMessageSuccess loop:
                if (IsMine(loop.ActorInstanceId)) RunHandler(loop.Message);
                return true;
            case WriteMessagesSuccessful or WriteMessagesFailed:
                // Each entry is answered as well, and those answers say whose they are.
                return true;
            case RecoveryTick or RecoveryPermitGranted:
                return true;
            default:
                return false;
        }
    }

    private bool IsMine(int instanceId)
    {
        if (instanceId != _instanceId) return false;
        _answersOwed--;
        return true;
    }

    private void Stored(IPersistentRepresentation persistent)
    {
        LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);
        RunHandler(persistent.Payload);
    }

    private void Rejected(WriteMessageRejected rejected)
    {
        IPersistentRepresentation persistent = rejected.Persistent;
        LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);
        DropHandler();
        Settle(failed: false);
        OnPersistRejected(rejected.Cause, persistent.Payload, persistent.SequenceNr);
    }

    private void Failed(WriteMessageFailure failure)
    {
        IPersistentRepresentation persistent = failure.Persistent;
        DropHandler();
        try
        {
            OnPersistFailure(failure.Cause, persistent.Payload, persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void RunHandler(object evt)
    {
        IPendingHandlerInvocation invocation = _pending.Peek();
        bool failed = true;
        try
        {
            invocation.Handler(evt);
            failed = false;
        }
        finally
        {
            DropHandler();
            Settle(failed);
        }
    }

    private void DropHandler()
    {
        if (_pending.Dequeue() is StashingHandlerInvocation) _pendingStashing--;
    }

    private void FlushBatch()
    {
        if (_answersOwed > 0 || _unsent.Count == 0) return;
        List<IPersistentEnvelope> batch = _unsent;
        _unsent = new List<IPersistentEnvelope>();
        foreach (IPersistentEnvelope envelope in batch) _answersOwed += envelope.Size;
        Journal.Tell(new WriteMessages(batch, Self, _instanceId), Self);
    }

    private void StashInternally(object message)
    {
        try
        {
            _internalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new Akka.Event.DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response, Self);
                    break;
                default:
                    throw;
            }
        }
    }
}
