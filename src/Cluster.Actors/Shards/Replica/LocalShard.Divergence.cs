using Cluster.Storage.State;

namespace Cluster.Actors.Shards;

// The mark of a replica whose log differs from its leader's (R12).
public sealed partial class LocalShard
{
    private volatile DivergenceMark? _divergence;

    /// <summary>Not null: this replica takes part in nothing, also after a restart, until its folder is set aside.</summary>
    public DivergenceMark? Divergence => _divergence;

    /// <summary>
    /// Writes the mark on a worker. Until it is durable only this process knows. A failure is left at that: the disk then fails the log as
    /// well, and a restarted replica finds the difference anew.
    /// </summary>
    internal void MarkDiverged(DivergenceMark mark, BlockingWorkers workers)
    {
        if (_divergence is not null) return;
        _divergence = mark;
        Interlocked.Increment(ref _operations);
        var work = new MarkWriting(this, mark);
        // Full of reads: better late on the pool than never.
        if (!workers.TryRun(work)) ThreadPool.UnsafeQueueUserWorkItem(static writing => writing.Run(), work, preferLocal: false);
    }

    private void LoadDivergence() => _divergence = DivergenceMark.Read(options.Environment.Files, options.Folder);

    private sealed class MarkWriting(LocalShard shard, DivergenceMark mark) : IBlockingWork
    {
        public void Run()
        {
            Exception? failure = null;
            try
            {
                mark.Write(shard.Options.Environment.Files, shard.Options.Folder);
            }
            catch (Exception e) when (e is IOException or Cluster.Storage.StorageException)
            {
                failure = e;
            }

            var sink = shard._sink;
            Interlocked.Decrement(ref shard._operations);
            sink?.DivergenceMarked(failure);
        }
    }
}
