using Akka.Event;

namespace Cluster.Actors.Shards;

/// <summary>The log of a shard's actor; every line names the shard.</summary>
internal sealed class ShardJournal(ILoggingAdapter log, int shard) : IShardJournal
{
    public void Info(string text) => log.Info("shard {0}: {1}", shard, text);

    public void Warning(string text) => log.Warning("shard {0}: {1}", shard, text);

    public void Error(Exception? cause, string text)
    {
        if (cause is null) log.Error("shard {0}: {1}", shard, text);
        else log.Error(cause, "shard {0}: {1}", shard, text);
    }
}
