namespace Cluster.Actors.Shards;

/// <summary>Who gave a batch to a shard and gets it back.</summary>
public interface IBatchOwner
{
    /// <summary>Batches of one lane take effect in the order of their submission. A connection's batches are one lane, whoever owns each.</summary>
    object Lane => this;

    /// <summary>
    /// Called once per submitted batch, on any thread, when every command has its reply. Must not block. The owner reads the
    /// replies and then calls <see cref="CommandBatch.Release"/>.
    /// </summary>
    void Completed(CommandBatch batch);
}
