using Cluster.Node.CommandLine;
using Cluster.Node.Configuration;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Microsoft.Extensions.Logging;

namespace Cluster.Node.Hosting;

/// <summary>
/// The data folder, held for as long as the process runs: its lock, the node's state file and the writer threads. It outlives every
/// ActorSystem: a node that was downed closes nothing on disk.
/// </summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly DataFolderLock _lock;
    private readonly WriterPool _writers;

    /// <summary>Votes have a thread of their own: two follow each other in every election, and none should stand behind the syncs of all shards of a lane.</summary>
    private readonly WriterPool _votes;

    private NodeStorage(string folder, DataFolderLock @lock, WriterPool writers, WriterPool votes, StorageEnvironment environment, NodeStateFile state)
    {
        Folder = folder;
        _lock = @lock;
        _writers = writers;
        _votes = votes;
        Environment = environment;
        State = state;
    }

    public string Folder { get; }

    public StorageEnvironment Environment { get; }

    public NodeStateFile State { get; }

    /// <summary>Blocks on the disk.</summary>
    public static NodeStorage Open(ClusterSettings settings, ILoggerFactory logs)
    {
        var folderLock = DataFolderLock.Acquire(settings.DataDir);
        var writers = new WriterPool();
        var votes = new WriterPool(threads: 1);
        try
        {
            var environment = StorageEnvironment.ForProcess(writers, new StorageLog(logs.CreateLogger("storage"), TimeProvider.System));
            var limits = new SpaceLimits { LowBytes = settings.FreeBytesLow, HighBytes = settings.FreeBytesHigh, ReserveBytes = settings.ReserveBytes };
            environment = environment with { Space = SpaceGuard.Open(settings.DataDir, limits, environment) };
            var state = NodeStateFile.Open(settings.DataDir, environment with { Scheduler = votes }, Guid.NewGuid());
            return new NodeStorage(settings.DataDir, folderLock, writers, votes, environment, state);
        }
        catch
        {
            votes.Dispose();
            writers.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>The folder is one of this cluster from now on. Blocks until that is durable.</summary>
    /// <exception cref="NodeRefusedException">It is one of another cluster.</exception>
    public void BelongTo(Guid cluster)
    {
        if (State.ClusterId == cluster) return;
        if (State.ClusterId is { } other)
            throw new NodeRefusedException($"the data folder {Folder} belongs to cluster {other}, not to {cluster}: check seed-nodes and data-dir");
        var saved = new TaskCompletionSource();
        State.SaveClusterId(cluster, error =>
        {
            if (error is null) saved.SetResult();
            else saved.SetException(error);
        });
        saved.Task.GetAwaiter().GetResult();
    }

    /// <summary>After the shards were closed.</summary>
    public void Dispose()
    {
        Environment.Space?.Dispose();
        _votes.Dispose();
        _writers.Dispose();
        _lock.Dispose();
    }
}
