using Cluster.Actors.Persistence.Log;
using Cluster.Actors.Shards;
using Cluster.Storage;

namespace Cluster.Actors.Persistence;

/// <summary>
/// A log that may still be opening. What is asked of it meanwhile waits and is done in the order of asking. If it cannot be opened,
/// everything fails with the reason, which names the file. Any thread; nothing here blocks the caller.
/// </summary>
internal sealed class PluginLog
{
    private readonly Lock _gate = new();
    private readonly BlockingWorkers _readers;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Queue<Action>? _early = new();
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
    public Task Write(IReadOnlyList<EntryBatch> batches) => Do(log => log.Write(batches));

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
        Run(() => _ = Finish());
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

    private Task Do(Func<PersistenceLog, Task> operation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() => _ = Pass(operation, done));
        return done.Task;
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

    private void Run(Action action)
    {
        lock (_gate)
        {
            if (_early is not null)
            {
                _early.Enqueue(action);
                return;
            }
        }

        action();
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
                if (!_early!.TryDequeue(out Action? waiting))
                {
                    _early = null;
                    return;
                }

                next = waiting;
            }

            next();
        }
    }
}
