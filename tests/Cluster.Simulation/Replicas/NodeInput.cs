using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>Something that a node's process takes: at once, later if the process stands still, or never if none runs.</summary>
public abstract class NodeInput : SimulationEvent
{
    /// <summary>Timers that should have fired while the process stood still come behind the messages that wait.</summary>
    public virtual bool IsTimer => false;

    public abstract void Apply();

    /// <summary>No process runs, or the one that it waited for has died.</summary>
    public virtual void Dropped()
    {
    }
}

/// <summary>Of one replica's process: says nothing to those that come after it.</summary>
public abstract class ReplicaInput(ReplicaProcess process) : NodeInput
{
    protected ReplicaProcess Process { get; } = process;

    public override void Run() => Process.Node.Take(this);

    public sealed override void Apply()
    {
        if (!Process.IsAlive)
            return;
        Handle();
        Process.AfterInput();
    }

    protected abstract void Handle();
}

/// <summary>What happens seldom.</summary>
public sealed class ReplicaCallback(ReplicaProcess process, Action<ReplicaProcess> action) : ReplicaInput(process)
{
    protected override void Handle() => action(Process);
}
