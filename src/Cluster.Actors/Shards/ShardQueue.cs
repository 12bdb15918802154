using System.Collections.Concurrent;

namespace Cluster.Actors.Shards;

/// <summary>
/// The bounded queue in front of one shard: many connections put batches, the shard's actor on this node takes them.
/// The actor is woken once per burst: by the put that finds no wake pending. Order is kept per putting thread.
/// </summary>
public sealed class ShardQueue(int shard, int batchesMax, long bytesMax)
{
    private readonly ConcurrentQueue<CommandBatch> _batches = new();
    private Action? _wake;
    private int _count;
    private long _bytes;
    private int _wakePending;

    public int Shard { get; } = shard;

    /// <summary>An actor serves the queue; without one puts are refused.</summary>
    public bool IsServed => Volatile.Read(ref _wake) is not null;

    public int Count => Volatile.Read(ref _count);

    /// <summary>True if the batch is now the shard's; false if the queue is full or nobody serves it, and the caller keeps the batch.</summary>
    public bool TryPut(CommandBatch batch)
    {
        if (Volatile.Read(ref _wake) is null) return false;
        long bytes = batch.ArgumentBytes;
        if (Interlocked.Increment(ref _count) > batchesMax)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        // A single batch above the limit passes when it is alone: it could never be served otherwise.
        if (Interlocked.Add(ref _bytes, bytes) > bytesMax && Volatile.Read(ref _bytes) != bytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            Interlocked.Decrement(ref _count);
            return false;
        }
        batch.Shard = Shard;
        _batches.Enqueue(batch);
        if (Interlocked.Exchange(ref _wakePending, 1) == 0) Volatile.Read(ref _wake)?.Invoke();
        return true;
    }

    /// <summary>For the actor, before it drains: a put from here on wakes it again.</summary>
    public void BeginDrain() => Interlocked.Exchange(ref _wakePending, 0);

    public bool TryTake(out CommandBatch batch)
    {
        if (!_batches.TryDequeue(out batch!)) return false;
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -batch.ArgumentBytes);
        return true;
    }

    /// <summary>From now on this wakes the consumer; it is called at once, so that nothing that waits is forgotten.</summary>
    public void Attach(Action wake)
    {
        Volatile.Write(ref _wake, wake);
        wake();
    }

    /// <summary>The consumer is gone; puts are refused until the next one attaches. What is queued stays for it.</summary>
    public void Detach(Action wake) => Interlocked.CompareExchange(ref _wake, null, wake);
}
