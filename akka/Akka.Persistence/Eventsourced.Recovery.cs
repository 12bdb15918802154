using System;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Recovery: permit, snapshot, events, completion. Whatever fails on the way stops the actor.</summary>
public abstract partial class Eventsourced
{
    private Phase _phase;
    private Recovery _recovery;
    private ICancelable _recoveryTimer;
    private bool _somethingCame;

    private enum Phase
    {
        WaitingForPermit,
        LoadingSnapshot,
        Replaying,
        Commands,
        Persisting,
    }

    private void WaitingForPermit(object message)
    {
        if (message is not RecoveryPermitGranted)
        {
            StashInternally(message);
            return;
        }

        _phase = Phase.LoadingSnapshot;
        _recovery = Recovery;
        TimeSpan timeout = Extension.JournalConfig(JournalPluginId).GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30), allowInfinite: false);
        StartTimer(timeout, isSnapshot: true);
        LoadSnapshot(SnapshotterId, _recovery.FromSnapshot, _recovery.ToSequenceNr);
    }

    private void LoadingSnapshot(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                if (result.Snapshot is null || Offer(result.Snapshot)) Replay(result.ToSequenceNr);
                break;
            case LoadSnapshotFailed failed:
                FailRecovery(failed.Cause, null);
                break;
            case RecoveryTick { Snapshot: true }:
                FailRecovery(new RecoveryTimedOutException($"Recovery timed out, didn't get snapshot within {_timeout}."), null);
                break;
            case RecoveryTick or RecoveryPermitGranted:
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    /// <summary>False when the handler failed. A snapshot that nobody handles is as good as none.</summary>
    private bool Offer(SelectedSnapshot selected)
    {
        SnapshotOffer offer = new(selected.Metadata, selected.Snapshot);
        long before = LastSequenceNr;
        LastSequenceNr = selected.Metadata.SequenceNr;
        try
        {
            if (ReceiveRecover(offer)) return true;
            LastSequenceNr = before;
            Unhandled(offer);
            return true;
        }
        catch (Exception e)
        {
            FailRecovery(e, offer);
            return false;
        }
    }

    private void Replay(long toSequenceNr)
    {
        _phase = Phase.Replaying;
        StartTimer(_timeout, isSnapshot: false);
        Journal.Tell(new ReplayMessages(LastSequenceNr + 1, toSequenceNr, _recovery.ReplayMax, PersistenceId, Self), Self);
    }

    private void Replaying(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                Recover(replayed.Persistent);
                break;
            case RecoverySuccess success:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                FailRecovery(failure.Cause, null);
                break;
            case RecoveryTick { Snapshot: false }:
                if (!_somethingCame) FailRecovery(new RecoveryTimedOutException($"Recovery timed out, didn't get event within {_timeout}, highest sequence number seen {LastSequenceNr}."), null);
                _somethingCame = false;
                break;
            case RecoveryTick or RecoveryPermitGranted:
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private void Recover(IPersistentRepresentation persistent)
    {
        _somethingCame = true;
        LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);
        try
        {
            if (!ReceiveRecover(persistent.Payload)) Unhandled(persistent.Payload);
        }
        catch (Exception e)
        {
            FailRecovery(e, persistent.Payload);
        }
    }

    private void CompleteRecovery(long highest)
    {
        _recoveryTimer.Cancel();
        OnReplaySuccess();
        _sequenceNr = LastSequenceNr = Math.Max(highest, LastSequenceNr);
        _phase = Phase.Commands;
        Extension.RecoveryPermits.Tell(ReturnRecoveryPermit.Instance, Self);
        try
        {
            if (!ReceiveRecover(RecoveryCompleted.Instance)) Unhandled(RecoveryCompleted.Instance);
        }
        finally
        {
            FlushBatch();
            if (_pendingStashing > 0) _phase = Phase.Persisting;
            _internalStash.UnstashAll();
        }
    }

    private void FailRecovery(Exception cause, object message)
    {
        _recoveryTimer.Cancel();
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
            Extension.RecoveryPermits.Tell(ReturnRecoveryPermit.Instance, Self);
        }
    }

    private TimeSpan _timeout;

    private void StartTimer(TimeSpan timeout, bool isSnapshot)
    {
        _timeout = timeout;
        _recoveryTimer?.Cancel();
        _recoveryTimer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(timeout, timeout, Self, new RecoveryTick(isSnapshot), Self);
    }
}
