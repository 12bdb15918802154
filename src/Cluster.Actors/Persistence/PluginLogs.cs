using Akka.Actor;
using Akka.Event;
using Cluster.Actors.Persistence.Log;
using Cluster.Actors.Shards;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Actors.Persistence;

/// <summary>
/// The logs of an ActorSystem's persistence plugins, with the threads that serve them. A log outlives the plugin's actor, so that a restart
/// of the actor finds it open; it is closed when the system has ended.
/// </summary>
internal sealed class PluginLogs : IExtension, IDisposable
{
    // Longer than any healthy disk needs; a dead one must not keep the system from ending.
    private static readonly TimeSpan ClosingMax = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PluginLog> _logs = new(StringComparer.Ordinal);
    private readonly WriterPool _writers = new(1);
    // Each log may keep one of them busy with a compaction.
    private readonly BlockingWorkers _readers = new(4);
    private readonly ILoggingAdapter _log;

    private PluginLogs(ExtendedActorSystem system)
    {
        _log = Logging.GetLogger(system, typeof(PluginLogs));
        system.RegisterOnTermination(Dispose);
    }

    public static PluginLogs Of(ActorSystem system) => Provider.Instance.Apply(system);

    /// <summary>The log of that folder; it begins to open, on a thread of its own, when it is first asked for.</summary>
    public PluginLog For(PluginSettings settings, int kind)
    {
        lock (_gate)
        {
            if (_logs.TryGetValue(settings.Folder, out PluginLog? log) && log.Kind == kind) return log;
            if (log is not null) throw new InvalidOperationException($"{settings.Folder} is used by two persistence plugins of different kinds.");
            log = new PluginLog(kind, () => Open(settings, kind, _writers, _readers, _log), _readers);
            _logs.Add(settings.Folder, log);
            return log;
        }
    }

    public void Dispose()
    {
        List<Task> closing = [];
        lock (_gate)
        {
            foreach (PluginLog log in _logs.Values) closing.Add(log.Close());
            _logs.Clear();
        }

        if (!Task.WaitAll([.. closing], ClosingMax)) return;
        _writers.Dispose();
        _readers.Dispose();
    }

    /// <summary>Blocks on the disk. After a throw nothing of the folder is held.</summary>
    internal static OpenLog Open(PluginSettings settings, int kind, WriterPool writers, BlockingWorkers readers, ILoggingAdapter log)
    {
        DataFolderLock folderLock = DataFolderLock.Acquire(settings.Folder);
        try
        {
            StorageEnvironment environment = StorageEnvironment.ForProcess(writers, new PluginStorageEvents(log));
            PersistenceLog opened = PersistenceLog.Open(new PersistenceLogOptions
            {
                Kind = kind,
                Folder = Path.Combine(settings.Folder, "log"),
                Environment = environment,
                State = NodeStateFile.Open(settings.Folder, environment, Guid.NewGuid()),
                Fsync = settings.Fsync,
                SegmentBytes = settings.SegmentBytes,
                TryRunBlocking = work => readers.TryRun(new BlockingAction(work)),
                CompactionFailed = error => log.Error(error, "The log in {0} cannot be compacted; it keeps growing.", settings.Folder),
            });
            if (opened.Recovery.MayHaveLostAcknowledged)
                log.Warning("The log in {0} was written with a weak fsync mode and not closed cleanly: acknowledged writes may be missing.", settings.Folder);
            return new OpenLog(opened, folderLock);
        }
        catch (Exception error)
        {
            log.Error(error, "The persistence log in {0} cannot be opened.", settings.Folder);
            folderLock.Dispose();
            throw;
        }
    }

    private sealed class Provider : ExtensionIdProvider<PluginLogs>
    {
        public static Provider Instance { get; } = new();

        public override PluginLogs CreateExtension(ExtendedActorSystem system) => new(system);
    }
}

/// <summary>An open log and the lock on its folder.</summary>
internal sealed record OpenLog(PersistenceLog Log, DataFolderLock FolderLock);

internal sealed class BlockingAction(Action action) : IBlockingWork
{
    public void Run() => action();
}
