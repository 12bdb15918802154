using Cluster.Actors.Persistence.Log;
using Cluster.Actors.Shards;
using Cluster.Storage;

namespace Cluster.Actors.Persistence;

/// <summary>
/// A log that may still be opening. What is asked of it meanwhile waits and is done in the order of asking. If it cannot be opened,
/// everything fails with the reason, which names the file. Any thread; nothing here blocks the caller.
/// Invariant: what waits is bounded, in operations and in bytes of writes; more is refused at once, so it is certainly not stored.
/// </summary>
internal sealed class PluginLog
{
    /// <summary>Operations that wait while the log opens. A close is taken beyond it.</summary>
    public const int EarlyMax = 10_000;

    /// <summary>Bytes of the writes among them.</summary>
    public const long EarlyBytesMax = 64L << 20;

    private readonly Lock _gate = new();
    private readonly BlockingWorkers _readers;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Queue<(Action Action, long Bytes)>? _early = new();
    private long _earlyBytes;
    private OpenLog? _open;
    private Exception? _failure;

    public PluginLog(int kind, Func<OpenLog> open, BlockingWorkers readers)
    {
        Kind = kind;
        _readers = readers;
        new Thread(() => Open(open)) { IsBackground = true, Name = "persistence-opening" }.Start();
    }

    public int Kind { get; }

    /// <summary>Appends each batch whole; see <see cref="PersistenceLog.Write"/>.</summary>
    public Task Write(IReadOnlyList<EntryBatch> batches)
    {
        long bytes = 0;
        foreach (EntryBatch batch in batches) bytes += EntryFormat.WriteLength(batch);
        return Do(log => log.Write(batches), bytes);
    }

    public Task DeleteTo(string persistenceId, long sequenceNr) => Do(log => log.DeleteTo(persistenceId, sequenceNr));

    public Task Remove(string persistenceId, Func<long, long, bool> matches) => Do(log => log.Remove(persistenceId, matches));

    /// <summary>Everything asked for before is synced; then the query runs on a thread that may block.</summary>
    public async Task<T> Query<T>(Func<PersistenceLog, T> query)
    {
        PersistenceLog? found = null;
        await Do(log =>
        {
            found = log;
            return log.Synced();
        }).ConfigureAwait(false);
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool accepted = _readers.TryRun(new BlockingAction(() =>
        {
            try
            {
                answer.SetResult(query(found!));
            }
            catch (Exception error)
            {
                answer.SetException(error);
            }
        }));
        if (!accepted) throw new StorageFailedException(StorageFailure.Overloaded, "read", "the persistence log: too many readers wait");
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Closes it once everything asked for before was handed to it.</summary>
    public Task Close()
    {
        _ = TryRun(() => _ = Finish(), 0, always: true);
        return _closed.Task;
    }

    private async Task Finish()
    {
        OpenLog? open = _open;
        _failure ??= new StorageFailedException(StorageFailure.Closed, "use", "the persistence log");
        if (open is not null)
        {
            await open.Log.Close().ConfigureAwait(false);
            open.FolderLock.Dispose();
        }

        _closed.TrySetResult();
    }

    /// <param name="writeBytes">Of a write; -1 for an operation that is none.</param>
    private Task Do(Func<PersistenceLog, Task> operation, long writeBytes = -1)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (TryRun(() => _ = Pass(operation, done), Math.Max(0, writeBytes), always: false)) return done.Task;
        const string Reason = "The persistence log is still opening, and too much waits for it already.";
        return Task.FromException(writeBytes >= 0
            ? new WriteRefusedException(Reason)
            : new StorageFailedException(StorageFailure.Overloaded, "use", "the persistence log", 0, new WriteRefusedException(Reason)));
    }

    private async Task Pass(Func<PersistenceLog, Task> operation, TaskCompletionSource done)
    {
        try
        {
            if (_failure is { } failure) throw failure;
            await operation(_open!.Log).ConfigureAwait(false);
            done.SetResult();
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }

    /// <summary>Now, or once the log is open. False: too much waits.</summary>
    private bool TryRun(Action action, long bytes, bool always)
    {
        lock (_gate)
        {
            if (_early is not null)
            {
                if (!always && (_early.Count >= EarlyMax || _earlyBytes + bytes > EarlyBytesMax)) return false;
                _early.Enqueue((action, bytes));
                _earlyBytes += bytes;
                return true;
            }
        }

        action();
        return true;
    }

    private void Open(Func<OpenLog> open)
    {
        try
        {
            _open = open();
        }
        catch (Exception error)
        {
            _failure = error;
        }

        while (true)
        {
            Action next;
            lock (_gate)
            {
                if (!_early!.TryDequeue(out var waiting))
                {
                    _early = null;
                    return;
                }

                next = waiting.Action;
                _earlyBytes -= waiting.Bytes;
            }

            next();
        }
    }
}
