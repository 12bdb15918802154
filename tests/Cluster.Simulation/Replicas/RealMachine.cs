using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// The disk of a node under the real Cluster.Storage: logs, key directories and the node file over a simulated file layer, in virtual
/// time. A crash is a loss of power or the death of the process alone; a failed sync loses what was dirty while reads still show it.
/// </summary>
public sealed class RealMachine : IMachine
{
    private const string Folder = "/node";

    private readonly SimulatedWorld _world;
    private readonly DiskModel _model;
    private readonly int _index;
    private readonly Dictionary<int, RealDisk> _disks = [];
    private SimulatedFileLayer _files = new();
    private Guid _bootId;
    private int _folders;
    private LoopScheduler _scheduler;
    private NodeStateFile _stateFile;

    public RealMachine(SimulatedWorld world, DiskModel model, int index)
    {
        _world = world;
        _model = model;
        _index = index;
        _files.CreateFolder(Folder);
        _files.SyncFolder("/");
        Boot();
        (_scheduler, _stateFile) = BeginProcess();
    }

    internal NodeStateFile StateFile => _stateFile;

    public IReplicaDisk DiskOf(int shard) => _disks[shard];

    public ReplicaState? StateOf(int shard) => _stateFile.Find(shard) is { } state
        ? new ReplicaState(state.Term, state.VotedFor, state.Incarnation)
        : null;

    public void Create(int shard, in ReplicaState state, bool keepDisk = false)
    {
        if (!keepDisk)
            _disks[shard] = new RealDisk(_world, this, _model, _index, shard, $"{Folder}/shard{shard}-{++_folders}");
        bool saved = false;
        _stateFile.Save(shard, new ShardReplicaState(state.Term, state.Vote, state.Incarnation), error => saved = error is null);
        ((IStorageParticipant)_stateFile).SyncStep();
        Invariant.Check(saved, "a new replica's state is saved");
    }

    public bool HasReplica(int shard) => _disks.ContainsKey(shard);

    public void Delete(int shard)
    {
        _disks[shard].Close();
        _disks.Remove(shard);
    }

    public void Save(int shard, in ReplicaState state, Action<bool> done) =>
        _stateFile.Save(shard, new ShardReplicaState(state.Term, state.Vote, state.Incarnation), error => done(error is null));

    public void Crash()
    {
        _scheduler.Die();
        foreach (RealDisk disk in _disks.Values)
            disk.Close();
        if (_model.Random.Chance(0.5))
        {
            _files.Halt();
            _files = _files.AfterPowerLoss(new Random((int)_model.Random.Next()));
            Boot();
        }
        else
        {
            _files = _files.AfterProcessDeath();
        }

        (_scheduler, _stateFile) = BeginProcess();
    }

    public void Dispose()
    {
        foreach (RealDisk disk in _disks.Values)
            disk.Close();
    }

    internal LoopScheduler Scheduler => _scheduler;

    internal StorageEnvironment Environment(IStorageScheduler scheduler) => new()
    {
        Files = _files,
        Scheduler = scheduler,
        Time = new LoopTime(_world.Loop),
        RandomId = _model.Random.Next,
        BootId = _bootId,
    };

    private void Boot() => _bootId = new Guid((int)_model.Random.Next(), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private (LoopScheduler, NodeStateFile) BeginProcess()
    {
        _files.Fault = Fault;
        _scheduler = new LoopScheduler(_world.Loop, _model);
        return (_scheduler, NodeStateFile.Open(Folder, Environment(_scheduler), SimulatedWorld.NodeId(_index)));
    }

    private StorageFailedException? Fault(FileOperation operation)
    {
        if (!_model.FailNextSync || operation.Name != "sync" || !operation.Path.Contains("/shard", StringComparison.Ordinal))
            return null;
        _model.FailNextSync = false;
        return new StorageFailedException(StorageFailure.Io, operation.Name, operation.Path, 5);
    }
}
