using Akka.Event;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// Reads the values of a batch that are not in memory. While it runs the batch is its own. Comes back to the shard as a message;
/// if the shard has stopped meanwhile it answers the batch itself.
/// </summary>
internal sealed class BatchRead(ShardStore store, CommandBatch batch, ColdValue[] values, ReplyDependency dependency, Term term, IShardMailbox mailbox) : IBlockingWork, IDeadLetterSuppression
{
    private int _settled;

    public CommandBatch Batch => batch;

    /// <summary>What the batch depended on before the values were read.</summary>
    public ReplyDependency Dependency { get; set; } = dependency;

    /// <summary>The term in which the batch was evaluated; none for a READONLY batch.</summary>
    public Term Term => term;

    /// <summary>Commands whose value has moved since they looked: to be looked up again.</summary>
    public List<int> Moved { get; } = [];

    public Exception? Failure { get; private set; }

    public void Run()
    {
        try
        {
            foreach (var value in values)
                if (!CommittedReader.CopyFromDisk(store, batch, value)) Moved.Add(value.Command);
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Failure = e;
        }

        // Whoever comes second finds the batch's last word its own: the message, or the shard that gave up.
        if (Interlocked.Exchange(ref _settled, 1) == 0) mailbox.Post(this);
        else GiveUp();
    }

    /// <summary>The shard stops: no message will be taken any more.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0) GiveUp();
    }

    private void GiveUp() => WaitingBatches.Fail(batch, batch.Shard, term, ShardErrors.Stopping);
}
