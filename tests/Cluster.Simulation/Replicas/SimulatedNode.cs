using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>A machine: its disk lasts, its process comes and goes, and at times it stands still.</summary>
public sealed class SimulatedNode
{
    private readonly SimulatedCluster _simulation;
    private readonly Queue<Action<ReplicaProcess>> _whilePaused = new();
    private readonly Queue<Action<ReplicaProcess>> _timersWhilePaused = new();
    private readonly long _clockOffset;
    private readonly double _clockRate;
    private int _starts;

    public SimulatedNode(SimulatedCluster simulation, int index, IReplicaDisk disk, DiskModel model, IStateDisk state)
    {
        _simulation = simulation;
        Index = index;
        Id = simulation.NodeId(index);
        Disk = disk;
        Model = model;
        State = state;
        _clockOffset = model.Random.Between(1, 1_000_000_000);
        _clockRate = 1 + model.Random.Between(-20, 20) / 1000.0;
    }

    public int Index { get; }

    public Guid Id { get; }

    public IReplicaDisk Disk { get; }

    public DiskModel Model { get; }

    public IStateDisk State { get; }

    /// <summary>Null while the process is down.</summary>
    public ReplicaProcess? Process { get; private set; }

    public bool Paused { get; private set; }

    /// <summary>This node's own monotonic clock: other offset, slightly other rate than its peers'.</summary>
    public long LocalNow => _clockOffset + (long)(_simulation.Loop.Now * _clockRate);

    /// <summary>From a moment on the own clock to a delay in virtual time.</summary>
    public long DelayUntil(long local) => (long)Math.Ceiling((local - LocalNow) / _clockRate);

    public void Start()
    {
        if (Process != null)
            return;
        _simulation.Trace(this, $"starts, {State.Durable.Term} voted {_simulation.NameOf(State.Durable.Vote)}");
        Process = new ReplicaProcess(_simulation, this, ++_starts);
        Process.Begin();
    }

    public void Crash()
    {
        if (Process == null)
            return;
        _simulation.Trace(this, $"crashes");
        Process.Die();
        Process = null;
        Disk.Crash();
        State.Crash();
        Paused = false;
        _whilePaused.Clear();
        _timersWhilePaused.Clear();
        _simulation.Checker.Crashed(this);
    }

    public void Pause() => Paused = Process != null;

    /// <summary>What has arrived meanwhile comes first: timers that should have fired come behind the messages that wait.</summary>
    public void Resume()
    {
        Paused = false;
        while (!Paused && _whilePaused.TryDequeue(out Action<ReplicaProcess>? input))
            Give(input);
        while (!Paused && _timersWhilePaused.TryDequeue(out Action<ReplicaProcess>? timer))
            Give(timer);
    }

    /// <summary>A timer of the process.</summary>
    public void Fire(Action<ReplicaProcess> timer)
    {
        if (Paused)
            _timersWhilePaused.Enqueue(timer);
        else
            Give(timer);
    }

    /// <summary>An input for the process that runs now: lost if none runs, late if it stands still.</summary>
    public void Give(Action<ReplicaProcess> input)
    {
        if (Process == null)
            return;
        if (Paused)
            _whilePaused.Enqueue(input);
        else
            Process.Take(input);
    }
}
