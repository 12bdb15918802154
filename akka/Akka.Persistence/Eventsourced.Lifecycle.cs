using System;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Beginning and end of an incarnation.</summary>
public abstract partial class Eventsourced
{
    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        RequestPermit();
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception reason, object message)
    {
        RequestPermit();
        base.AroundPostRestart(reason, message);
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            ReturnStashes();
        }
        finally
        {
            // What a failed command has persisted is on its way like the rest; and the user sees its event, not the journal's answer.
            FlushBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        try
        {
            ReturnStashes();
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    /// <summary>What the user stashed came before what lies in the internal stash, so it goes in front of it.</summary>
    private void ReturnStashes()
    {
        _recoveryTimer?.Cancel();
        _internalStash.UnstashAll();
        Stash.UnstashAll(UnstashFilterPredicate);
    }

    private void RequestPermit()
    {
        if (PersistenceId is null)
        {
            throw new ArgumentNullException(
                nameof(PersistenceId), $"PersistenceId is [null] for PersistentActor [{Self.Path}]. It has to be set before the actor starts.");
        }

        // Plugins that do not exist fail the start, not the first use.
        _ = Journal;
        _ = SnapshotStore;
        _phase = Phase.WaitingForPermit;
        Extension.RecoveryPermits.Tell(RequestRecoveryPermit.Instance, Self);
    }
}
