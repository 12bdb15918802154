using System.Collections.Concurrent;

namespace Cluster.Actors.Shards;

/// <summary>Work that may block on the disk. It reports by itself (a message to an actor) and does not throw.</summary>
public interface IBlockingWork
{
    void Run();
}

/// <summary>The node's threads for reads that miss memory: a bounded number behind a bounded queue. Owned by the host.</summary>
public sealed class BlockingWorkers : IDisposable
{
    private readonly BlockingCollection<IBlockingWork> _queue;
    private readonly Thread[] _threads;

    public BlockingWorkers(int threads = 4, int queueMax = 4096)
    {
        _queue = new BlockingCollection<IBlockingWork>(queueMax);
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"shard-reader-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>False if too much waits already (or after the end): the caller refuses or tries again later.</summary>
    public bool TryRun(IBlockingWork work)
    {
        try
        {
            return _queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        _queue.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _queue.GetConsumingEnumerable()) work.Run();
    }
}
