using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// A replica is closed and opened anew while its node runs: after a failed sync, for a snapshot, or empty because its data is lost (<see cref="Reopening"/>).
/// Clients of this node are served by the other replicas meanwhile.
/// </summary>
public sealed partial class ShardActor
{
    private const long ReopenMicrosMin = 1_000_000;
    private const long ReopenMicrosMax = 30_000_000;

    /// <summary>A replica that ran for so long has recovered: its next failure is a first one.</summary>
    private const long HealthyMicros = 120_000_000;

    private Reopening? _reopening;
    private long _reopenAt;
    private long _reopenDelay = ReopenMicrosMin;
    private long _startedAt;
    private bool _gaveUp;

    /// <summary>An append met the failed log before its message did.</summary>
    private void Poisoned(ShardReplica replica, Exception cause)
    {
        _journal.Error(cause, "its storage has failed; this replica stops, and is opened anew after a while");
        LeaveFor(replica, new Reopening.AsItIs());
    }

    private void LeaveFor(ShardReplica replica, Reopening reopening)
    {
        _replica = null;
        try
        {
            replica.Leave();
        }
        catch (Exception e)
        {
            _journal.Error(e, "could not answer everything that waited");
        }

        _local.Detach(_mailbox);
        _cell.Leadership = ShardLeadership.Unknown;
        Plan(reopening);
        _mailbox.Post(Wake.Instance);
    }

    private void Plan(Reopening reopening)
    {
        long now = _clock.Now;
        _opened = false;
        _reopening = reopening;
        _reopenAt = now;
        _cell.State = reopening is Reopening.AsItIs ? ShardState.Fenced : ShardState.Recovering;
        if (reopening is Reopening.AsItIs)
        {
            if (_startedAt != 0 && now - _startedAt > HealthyMicros) _reopenDelay = ReopenMicrosMin;
            _reopenAt += _reopenDelay;
            _journal.Info($"is opened anew in {_reopenDelay / 1_000_000} s");
            _reopenDelay = Math.Min(2 * _reopenDelay, ReopenMicrosMax);
        }

        _ticks!.DueAt = 0;
    }

    private void TryReopen(long now)
    {
        // A save, a cut or a transfer of the replica that left may still be ending (O1).
        if (_reopening is not { } reopening || now < _reopenAt || !_local.IsQuiet) return;
        _reopening = null;
        var mailbox = _mailbox;
        _local.ReopenAsync(reopening).ContinueWith(
            opened => mailbox.Post(new Opened(opened.IsCanceled ? new OperationCanceledException() : opened.Exception?.GetBaseException())),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void OnOpened(Exception? error)
    {
        switch (error)
        {
            case null:
                _opened = true;
                TryStart();
                break;
            case ShardFolderException { Problem: ShardFolderProblem.Missing or ShardFolderProblem.HalfCreated } or WalCorruptException or StateFileException
                when _local.MayReturnEmpty && !_gaveUp:
                _gaveUp = true;
                _journal.Error(error, "its data is lost or damaged: this replica comes back empty and under a new incarnation, with a copy from the shard's leader");
                Plan(new Reopening.GiveUp(_journal));
                break;
            case StorageFailedException:
                _journal.Error(error, "cannot be opened");
                Plan(new Reopening.AsItIs());
                break;
            case OperationCanceledException:
                break;
            default:
                Fence(error);
                break;
        }
    }
}
