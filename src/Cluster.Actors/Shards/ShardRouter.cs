namespace Cluster.Actors.Shards;

/// <summary>
/// The only way for commands into shards. Lives as long as the process: an ActorSystem that is rebuilt attaches its actors anew.
/// Whether this node leads the shard, follows it or has no replica of it is the business of the shard's actor on this node.
/// </summary>
public sealed class ShardRouter
{
    private readonly ShardQueue[] _queues;
    private readonly MonotonicClock _clock;

    public ShardRouter(int shards, ShardSettings settings, TimeProvider time)
    {
        _clock = new MonotonicClock(time);
        _queues = new ShardQueue[shards];
        for (int i = 0; i < shards; i++) _queues[i] = new ShardQueue(i, settings.QueueBatchesMax, settings.QueueBytesMax);
    }

    public int Shards => _queues.Length;

    public ShardQueue QueueOf(int shard) => _queues[shard];

    /// <summary>
    /// Any thread. On true the batch belongs to the shard until <see cref="IBatchOwner.Completed"/>. On false (queue full, or the
    /// shard's actor is not running) nothing was appended and the caller answers `-TRYAGAIN`.
    /// </summary>
    public bool Submit(int shard, CommandBatch batch)
    {
        if (batch.Owner is null || batch.Count == 0) throw new InvalidOperationException("a batch needs an owner and a command");
        batch.Progress.SubmittedAt = _clock.Now;
        return _queues[shard].TryPut(batch);
    }
}
