using Cluster.Actors.Shards.Core;

namespace Cluster.Simulation.Replicas;

/// <summary>What survives the processes of a node: its disk, with the logs of its replicas and the promises of all of them.</summary>
public interface IMachine : IDisposable
{
    /// <summary>The log of a replica that was created here.</summary>
    IReplicaDisk DiskOf(int shard);

    /// <summary>The promises of a replica, as a new process would read them; null: it was never created here.</summary>
    ReplicaState? StateOf(int shard);

    /// <summary>There is a folder for it.</summary>
    bool HasReplica(int shard);

    /// <summary>The folder is gone; no process has it open.</summary>
    void Delete(int shard);

    /// <summary>A new, empty replica under a new incarnation, durable at once; or only its promises anew.</summary>
    void Create(int shard, in ReplicaState state, bool keepDisk = false);

    /// <summary>Called back with false if the disk failed. Saves of one shard become durable in order.</summary>
    void Save(int shard, in ReplicaState state, Action<bool> done);

    /// <summary>The process is gone; of what was not synced, any part may be lost.</summary>
    void Crash();
}
