using Akka.Event;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Shards;

/// <summary>Reads records for a pull whose position is older than the log's buffer. Comes back to the shard as a message.</summary>
internal sealed class LogRead(ShardStore store, Guid to, PullAnswer answer, int maxBytes, IShardMailbox mailbox) : IBlockingWork, IDeadLetterSuppression
{
    public Guid To => to;

    public PullAnswer Answer => answer;

    public int MaxBytes => maxBytes;

    public LogReadOutcome Outcome { get; private set; } = LogReadOutcome.AtEnd;

    public LogSlice? Slice { get; private set; }

    public Exception? Failure { get; private set; }

    public void Run()
    {
        try
        {
            Outcome = store.Log.ReadFromDisk(answer.After, maxBytes, out var slice);
            Slice = slice;
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Failure = e;
        }

        mailbox.Post(this);
    }
}
