namespace Cluster.Storage.Log;

/// <summary>Hears from a shard's log, on a writer thread: an implementation only passes the news on.</summary>
public interface ILogListener
{
    /// <summary>Everything up to here may be acknowledged. Monotonic between cuts; several records at once.</summary>
    void Flushed(Lsn through);

    /// <summary>The shard is poisoned: nothing more becomes durable until it is reopened. Called once.</summary>
    void FlushFailed(Exception cause);

    /// <summary>The disk is full: records wait in memory and are retried. Called once per episode.</summary>
    void FlushStalled(Exception cause)
    {
    }

    /// <summary>
    /// The owner should call <see cref="ShardStore.ReclaimMemory"/> soon, until it has nothing more to do. May come at any time, and again.
    /// </summary>
    void WorkForOwner()
    {
    }

    /// <summary>Writing goes on after a stall.</summary>
    void FlushResumed()
    {
    }
}
