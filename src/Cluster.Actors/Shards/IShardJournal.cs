namespace Cluster.Actors.Shards;

/// <summary>The log lines of one shard; the implementation adds which shard it is.</summary>
internal interface IShardJournal
{
    void Info(string text);

    void Warning(string text);

    void Error(Exception? cause, string text);
}

/// <summary>How the plain parts of a shard reach their own actor: any thread, in order per thread.</summary>
internal interface IShardMailbox
{
    void Post(object message);
}
