using Cluster.Storage.Log;

namespace Cluster.Storage.State;

/// <summary>
/// One file for the identity of the node and the (term, vote, incarnation) of all its shards. Saves of one round share one replacement
/// of the file: temp, sync, rename, folder sync. An unreadable file stops the node; it never counts as new.
/// </summary>
public sealed class NodeStateFile
{
    public const string FileName = "node.state";

    private NodeStateFile()
    {
    }

    /// <summary>Reads the file, or creates it with <paramref name="newNodeId"/> in a folder that has none. Blocks.</summary>
    public static NodeStateFile Open(string folder, StorageEnvironment environment, Guid newNodeId) => throw new NotImplementedException();

    public Guid NodeId => throw new NotImplementedException();

    /// <summary>Null until the node has joined or formed a cluster.</summary>
    public Guid? ClusterId => throw new NotImplementedException();

    /// <summary>Every shard that was ever created here. A copy.</summary>
    public IReadOnlyList<int> Shards => throw new NotImplementedException();

    /// <summary>The durable state, null if this shard was never created here. Any thread.</summary>
    public ShardReplicaState? Find(int shard) => throw new NotImplementedException();

    public bool IsPoisoned(int shard) => throw new NotImplementedException();

    /// <summary>Stores the state; <paramref name="done"/> is called on a writer thread, with the error if it is not durable.</summary>
    public void Save(int shard, in ShardReplicaState state, Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>The identity of the cluster, once; a different one than the stored is refused.</summary>
    public void SaveClusterId(Guid clusterId, Action<Exception?> done) => throw new NotImplementedException();

    /// <summary>Marks or clears the mark of a failed sync.</summary>
    public void SavePoisoned(int shard, bool poisoned, Action<Exception?> done) => throw new NotImplementedException();
}
