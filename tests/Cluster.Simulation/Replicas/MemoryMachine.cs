using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>The simplest disk that can lose what was not synced.</summary>
public sealed class MemoryMachine(EventLoop loop, DiskModel model) : IMachine
{
    private readonly Dictionary<int, MemoryDisk> _disks = [];
    private readonly Dictionary<int, ReplicaState> _durable = [];
    private readonly Queue<(int Shard, ReplicaState State, Action<bool> Done)> _saves = new();
    private int _process;

    public IReplicaDisk DiskOf(int shard) => _disks[shard];

    public ReplicaState? StateOf(int shard) => _durable.TryGetValue(shard, out ReplicaState state) ? state : null;

    public void Create(int shard, in ReplicaState state, bool keepDisk = false)
    {
        if (!keepDisk)
            _disks[shard] = new MemoryDisk(loop, model);
        _durable[shard] = state;
    }

    public bool HasReplica(int shard) => _disks.ContainsKey(shard);

    public void Delete(int shard)
    {
        _disks[shard].Crash();
        _disks.Remove(shard);
    }

    public void Save(int shard, in ReplicaState state, Action<bool> done)
    {
        _saves.Enqueue((shard, state, done));
        if (_saves.Count == 1)
            SaveNext();
    }

    public void Crash()
    {
        // The save under way may or may not have happened.
        if (_saves.Count > 0 && model.Random.Chance(0.5))
            _durable[_saves.Peek().Shard] = _saves.Peek().State;
        _saves.Clear();
        _process++;
        foreach (MemoryDisk disk in _disks.Values)
            disk.Crash();
    }

    public void Dispose()
    {
    }

    private void SaveNext()
    {
        int process = _process;
        loop.After(model.NextSyncMicros(), () =>
        {
            if (process != _process)
                return;
            (int shard, ReplicaState state, Action<bool> done) = _saves.Dequeue();
            _durable[shard] = state;
            done(true);
            if (process == _process && _saves.Count > 0)
                SaveNext();
        });
    }
}
