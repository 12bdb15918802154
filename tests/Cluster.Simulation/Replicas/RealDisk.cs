using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// The real Cluster.Storage, log, key directory and node file, over a simulated file layer and in virtual time. A crash is a loss of
/// power or the death of the process alone; a failed sync loses what was dirty while reads still show it.
/// </summary>
public sealed class RealDisk : IReplicaDisk, IStateDisk, IDisposable
{
    private const string Folder = "/node";
    private const int Shard = 0;
    private static readonly Guid ClusterId = new(99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private readonly SimulatedCluster _simulation;
    private readonly EventLoop _loop;
    private readonly DiskModel _model;
    private readonly int _index;

    // What this process or an earlier one was told to be durable. A reopened log must hold all of it.
    private readonly List<RecordIdentity> _durable = [];
    private SimulatedFileLayer _files = new();
    private Guid _bootId;
    private LoopScheduler? _scheduler;
    private NodeStateFile? _stateFile;
    private RealStore? _open;

    public RealDisk(SimulatedCluster simulation, EventLoop loop, DiskModel model, int index)
    {
        _simulation = simulation;
        _loop = loop;
        _model = model;
        _index = index;
        _files.CreateFolder(Folder);
        _files.SyncFolder("/");
        Boot();
        BeginProcess();
        // The first state is there before the shard is.
        bool saved = false;
        _stateFile!.Save(Shard, new ShardReplicaState(Term.None, null, 1), error => saved = error is null);
        ((IStorageParticipant)_stateFile).SyncStep();
        Invariant.Check(saved, "the first state is saved");
    }

    public ReplicaState Durable
    {
        get
        {
            ShardReplicaState state = _stateFile!.Find(Shard)!.Value;
            return new ReplicaState(state.Term, state.VotedFor, state.Incarnation);
        }
    }

    public IReplicaStore Open(IStoreOwner owner)
    {
        var store = ShardStore.Open(new ShardStoreOptions
        {
            Log = new ShardLogOptions
            {
                Folder = Folder + "/shard",
                Shard = Shard,
                ClusterId = ClusterId,
                Environment = Environment(),
                Listener = new Listener(this, owner),
                NodeState = _stateFile,
                SegmentBytes = 64 * 1024,
                BufferBytes = 64 * 1024,
            },
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
        });
        _open = new RealStore(this, store);
        for (int i = 0; i < _durable.Count; i++)
        {
            if (i >= _open.Last.Value || _open.IdentityAt(new Lsn(i + 1)) != _durable[i])
                _simulation.Fail($"node {_index} reopens its log without record {i + 1}, which was durable");
        }

        // What an opening calls flushed it has synced itself.
        NoteDurable(_open.Recovery.Flushed);
        return _open;
    }

    public void Save(ReplicaState state, Action<bool> done) =>
        _stateFile!.Save(Shard, new ShardReplicaState(state.Term, state.Vote, state.Incarnation), error => done(error is null));

    /// <summary>Called for the log and for the state: one machine, one crash.</summary>
    public void Crash()
    {
        if (_open == null)
            return;
        _scheduler!.Die();
        _open.Dispose();
        _open = null;
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

        _files.Fault = Fault;
        BeginProcess();
    }

    public bool IsDurable(Lsn lsn, RecordIdentity identity) =>
        lsn.Value <= _durable.Count && _durable[(int)lsn.Value - 1] == identity;

    public void Dispose() => _open?.Dispose();

    private void Boot() => _bootId = new Guid((int)_model.Random.Next(), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private void BeginProcess()
    {
        _files.Fault = Fault;
        _scheduler = new LoopScheduler(_loop, _model);
        _stateFile = NodeStateFile.Open(Folder, Environment(), _simulation.NodeId(_index));
    }

    private StorageEnvironment Environment() => new()
    {
        Files = _files,
        Scheduler = _scheduler!,
        Time = new LoopTime(_loop),
        RandomId = _model.Random.Next,
        BootId = _bootId,
    };

    private StorageFailedException? Fault(FileOperation operation)
    {
        if (operation.Name != "sync" || !_model.FailNextSync || _open == null)
            return null;
        _model.FailNextSync = false;
        return new StorageFailedException(StorageFailure.Io, operation.Name, operation.Path, 5);
    }

    private void NoteDurable(Lsn through)
    {
        for (Lsn lsn = new Lsn(_durable.Count).Next; lsn <= through; lsn = lsn.Next)
            _durable.Add(_open!.IdentityAt(lsn));
    }

    internal void NoteCut(Lsn keep)
    {
        if (_durable.Count > keep.Value)
            _durable.RemoveRange((int)keep.Value, _durable.Count - (int)keep.Value);
    }

    private sealed class Listener(RealDisk disk, IStoreOwner owner) : ILogListener
    {
        public void Flushed(Lsn through)
        {
            // A notice from before a cut is late news: the records it speaks of are gone (and the core ignores it).
            through = Lsn.Min(through, disk._open!.Last);
            disk.NoteDurable(through);
            owner.Flushed(through);
        }

        public void FlushFailed(Exception cause) => owner.FlushFailed();
    }
}
