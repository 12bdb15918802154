using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>The simplest file that can lose its last save.</summary>
public sealed class MemoryStateDisk(EventLoop loop, DiskModel model, ReplicaState first) : IStateDisk
{
    private readonly Queue<(ReplicaState State, Action<bool> Done)> _waiting = new();
    private int _process;

    public ReplicaState Durable { get; private set; } = first;

    public void Save(ReplicaState state, Action<bool> done)
    {
        _waiting.Enqueue((state, done));
        if (_waiting.Count == 1)
            Next();
    }

    public void Crash()
    {
        if (_waiting.Count > 0 && model.Random.Chance(0.5))
            Durable = _waiting.Peek().State;
        _waiting.Clear();
        _process++;
    }

    private void Next()
    {
        int process = _process;
        loop.After(model.NextSyncMicros(), () =>
        {
            if (process != _process)
                return;
            (ReplicaState state, Action<bool> done) = _waiting.Dequeue();
            Durable = state;
            done(true);
            if (process == _process && _waiting.Count > 0)
                Next();
        });
    }
}
