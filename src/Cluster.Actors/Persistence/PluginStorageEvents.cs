using Akka.Event;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Persistence;

/// <summary>What Storage has to tell about a plugin's log, as lines of the ActorSystem's log. Paths name the plugin.</summary>
internal sealed class PluginStorageEvents(ILoggingAdapter log) : IStorageEvents
{
    public void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason) =>
        log.Warning("Cut the torn tail of {0} at offset {1} (from LSN {2} on; {3}): it was never durable as a whole.", path, offset, firstLost.Value, reason);

    public void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath) =>
        log.Warning("Records {0} to {1} were removed; saved in {2}.", keep.Value + 1, last.Value, tailPath);

    public void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last) =>
        log.Info("Log {0}: records {1} to {2} were copied and synced anew after an unclean end.", shard, first.Value, last.Value);
}
