using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// Replies of a led shard that wait for what they depend on. An entry goes through three stages: LSNs (a heap each for commit and
/// flush), then the leadership round (in order of tickets), then released.
/// <code>
/// queue.Add(batch, dependency);
/// // after every step:
/// while (queue.WantsTicket) queue.TicketTaken(core.RequestRead(now));   // one round for all that wait
/// while (queue.TryTakeReleased(out var batch)) Answer(batch);
/// </code>
/// </summary>
public sealed class ReleaseQueue<T>
{
    public int Count => throw new NotImplementedException();

    public bool WantsTicket => throw new NotImplementedException();

    public void Add(T item, in ReplyDependency dependency) => throw new NotImplementedException();

    public void CommitAdvanced(Lsn commit) => throw new NotImplementedException();

    public void FlushedThrough(Lsn flushed) => throw new NotImplementedException();

    public void TicketTaken(long ticket) => throw new NotImplementedException();

    public void ReadsConfirmed(long ticket) => throw new NotImplementedException();

    public bool TryTakeReleased(out T item) => throw new NotImplementedException();

    /// <summary>Everything that waits, after a loss of leadership, in no order of meaning.</summary>
    public bool TryTakeAny(out T item) => throw new NotImplementedException();
}
