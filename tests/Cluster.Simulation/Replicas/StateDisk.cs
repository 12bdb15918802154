using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>The promises of one replica: saved in order, after a while; a crash may or may not take the one under way.</summary>
public sealed class StateDisk(EventLoop loop, DiskModel model, ReplicaState first)
{
    private readonly Queue<(ReplicaState State, Action Done)> _waiting = new();
    private int _process;

    public ReplicaState Durable { get; private set; } = first;

    public void Save(ReplicaState state, Action done)
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
            (ReplicaState state, Action done) = _waiting.Dequeue();
            Durable = state;
            done();
            if (process == _process && _waiting.Count > 0)
                Next();
        });
    }
}
