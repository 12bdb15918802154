using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.TestSupport.Writer;

/// <summary>How the store is opened by the one that is killed and by the one that looks.</summary>
public static class KillStore
{
    public static ShardStoreOptions Options(string folder, IStorageScheduler scheduler, ILogListener listener) => new()
    {
        Merge = new MergeOptions { MinBytes = 0, Ratio = 0.3, FileBytes = 1 << 20 },
        Log = new ShardLogOptions
        {
            Folder = Path.Combine(folder, "shard-0"),
            Shard = 0,
            ClusterId = new Guid("11111111-2222-3333-4444-555555555555"),
            Environment = StorageEnvironment.ForProcess(scheduler),
            Listener = listener,
            SegmentBytes = 256 << 10,
            BufferBytes = 256 << 10,
            UnflushedBytesMax = 64 << 10,
        },
    };

    /// <summary>What an owner does now and then: the log may go as soon as it is merged.</summary>
    public static void Tend(ShardStore store)
    {
        store.ReleaseBelow(store.CommitLsn.Next);
        store.ReclaimMemory();
    }
}

/// <summary>Tells what may be acknowledged, a line each time.</summary>
public sealed class PrintingListener : ILogListener
{
    private readonly StreamWriter _output = new(Console.OpenStandardOutput()) { AutoFlush = true };

    public void Flushed(Lsn through) => _output.WriteLine(through.Value);

    public void FlushFailed(Exception cause) => Environment.FailFast("the disk failed", cause);
}
