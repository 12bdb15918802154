using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>A machine: its disk lasts, its process with all its replicas comes and goes, and at times it stands still.</summary>
public sealed partial class SimulatedNode
{
    private readonly SimulatedWorld _world;
    private readonly Queue<NodeInput> _whilePaused = new();
    private readonly Queue<NodeInput> _timersWhilePaused = new();
    private readonly ReplicaProcess?[] _replicas;
    private readonly List<(int Shard, long Incarnation, IReplicaDisk Disk)> _lost = [];
    private readonly Dictionary<int, ReplicaState> _forgotten = [];

    /// <summary>Of the shards whose replica here is down: the newest configuration that it knew.</summary>
    private readonly Configuration?[] _configurations;

    public SimulatedNode(SimulatedWorld world, int index, IMachine machine, DiskModel model, int shards)
    {
        _world = world;
        Index = index;
        Id = SimulatedWorld.NodeId(index);
        Machine = machine;
        Model = model;
        Clock = new NodeClock(world.Loop, model.Random);
        _replicas = new ReplicaProcess?[shards];
        _configurations = new Configuration?[shards];
        _peers = null!;
        Hybrid = null!;
        BeginClocks();
    }

    public int Index { get; }

    public Guid Id { get; }

    public IMachine Machine { get; }

    public DiskModel Model { get; }

    public NodeClock Clock { get; }

    /// <summary>A process runs.</summary>
    public bool IsUp { get; private set; }

    public bool Paused { get; private set; }

    /// <summary>How often a process was started here.</summary>
    public int Starts { get; private set; }

    public ReplicaProcess? Find(int shard) => _replicas[shard];

    /// <summary>The newest configuration in the replica's log, committed or not; null: no replica, or it never ran.</summary>
    public Configuration? NewestConfiguration(int shard) => _replicas[shard]?.Core.Configuration ?? _configurations[shard];

    public void Start()
    {
        if (IsUp)
            return;
        IsUp = true;
        Starts++;
        BeginClocks();
        BeginHeartbeats();
        _world.Trace(this, $"starts");
        foreach (ShardGroup shard in _world.Shards)
            Open(shard);
    }

    /// <summary>Opens a replica that was created here, if it is not open.</summary>
    public void Open(ShardGroup shard)
    {
        if (!IsUp || _replicas[shard.Index] != null || !Machine.HasReplica(shard.Index))
            return;
        ReplicaState state = Machine.StateOf(shard.Index)!.Value;
        _world.Trace(this, $"opens shard {shard.Index}, {state.Term} voted {SimulatedWorld.NameOf(state.Vote)}, incarnation {state.Incarnation}");
        ReplicaProcess process;
        try
        {
            process = new ReplicaProcess(_world, shard, this, state);
        }
        catch (StorageFailedException failure)
        {
            _world.Trace(this, $"cannot open shard {shard.Index}: {failure.Message}");
            _world.Loop.After(Model.Random.Between(100_000, 1_000_000), () => Open(shard));
            return;
        }

        _replicas[shard.Index] = process;
        process.Begin();
    }

    /// <summary>
    /// The replica's folder is gone: with its placement, or by an accident (R9). Its promises are not; its incarnation never counts again.
    /// </summary>
    public void LoseFolder(ShardGroup shard)
    {
        ReplicaState state = Machine.StateOf(shard.Index)!.Value;
        _lost.Add((shard.Index, state.Incarnation, Machine.DiskOf(shard.Index)));
        _replicas[shard.Index]?.Die();
        _replicas[shard.Index] = null;
        _configurations[shard.Index] = null;
        Machine.Delete(shard.Index);
        _forgotten[shard.Index] = state with { Incarnation = -Math.Abs(state.Incarnation) };
    }

    /// <summary>An empty replica, unless there is one.</summary>
    public void Create(ShardGroup shard)
    {
        if (Machine.HasReplica(shard.Index))
            return;
        Machine.Create(shard.Index, _forgotten.GetValueOrDefault(shard.Index));
        shard.Checker.Crashed(this);
        Open(shard);
    }

    /// <summary>What the replica held in that incarnation and no crash could take; its folder may be lost by now.</summary>
    public bool WasDurable(int shard, long incarnation, Lsn lsn, RecordIdentity identity)
    {
        if (Machine.HasReplica(shard) && Machine.StateOf(shard)!.Value.Incarnation == incarnation && Machine.DiskOf(shard).IsDurable(lsn, identity))
            return true;
        foreach ((int lostShard, long lostIncarnation, IReplicaDisk disk) in _lost)
        {
            if (lostShard == shard && lostIncarnation == incarnation && disk.IsDurable(lsn, identity))
                return true;
        }

        return false;
    }

    /// <summary>As above, in whatever incarnation.</summary>
    public bool WasDurable(int shard, Lsn lsn, RecordIdentity identity)
    {
        if (Machine.HasReplica(shard) && Machine.DiskOf(shard).IsDurable(lsn, identity))
            return true;
        foreach ((int lostShard, _, IReplicaDisk disk) in _lost)
        {
            if (lostShard == shard && disk.IsDurable(lsn, identity))
                return true;
        }

        return false;
    }

    public void Crash()
    {
        if (!IsUp)
            return;
        _world.Trace(this, $"crashes");
        IsUp = false;
        Paused = false;
        for (int i = 0; i < _replicas.Length; i++)
        {
            _configurations[i] = NewestConfiguration(i);
            _replicas[i]?.Die();
            _replicas[i] = null;
        }

        Machine.Crash();
        DropAll(_whilePaused);
        DropAll(_timersWhilePaused);
        foreach (ShardGroup shard in _world.Shards)
            shard.Checker.Crashed(this);
    }

    public void Pause() => Paused = IsUp;

    /// <summary>What has arrived meanwhile comes first: timers that should have fired come behind the messages that wait.</summary>
    public void Resume()
    {
        Paused = false;
        while (!Paused && _whilePaused.TryDequeue(out NodeInput? input))
            Take(input);
        while (!Paused && _timersWhilePaused.TryDequeue(out NodeInput? timer))
            Take(timer);
    }

    /// <summary>An input for the process that runs now: lost if none runs, late if it stands still.</summary>
    public void Take(NodeInput input)
    {
        if (!IsUp)
            input.Dropped();
        else if (Paused)
            (input.IsTimer ? _timersWhilePaused : _whilePaused).Enqueue(input);
        else
            input.Apply();
    }

    /// <summary>For every replica that runs here now.</summary>
    public void Give(Action<ReplicaProcess> action)
    {
        foreach (ReplicaProcess? process in _replicas)
        {
            if (process != null)
                Take(new ReplicaCallback(process, action));
        }
    }

    public bool LeadsAny => Array.Exists(_replicas, static r => r is { Core.Role: ReplicaRole.Leader });

    private static void DropAll(Queue<NodeInput> inputs)
    {
        while (inputs.TryDequeue(out NodeInput? input))
            input.Dropped();
    }
}
