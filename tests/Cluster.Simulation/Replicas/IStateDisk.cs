using Cluster.Actors.Shards.Core;

namespace Cluster.Simulation.Replicas;

/// <summary>The promises of one replica: saved in order, after a while.</summary>
public interface IStateDisk
{
    ReplicaState Durable { get; }

    /// <summary>Called back with false if the disk failed.</summary>
    void Save(ReplicaState state, Action<bool> done);

    /// <summary>The process is gone; the save under way may or may not have happened.</summary>
    void Crash();
}
