using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// What the shard's actor is in production: owns the core and the store, executes effects in order, evaluates commands, and releases
/// replies by the same <see cref="ReleaseQueue{T}"/>.
/// </summary>
public sealed partial class ReplicaProcess : IStoreOwner
{
    private sealed class TickInput(ReplicaProcess process, int version) : ReplicaInput(process)
    {
        public override bool IsTimer => true;

        protected override void Handle() => Process.OnTick(version);
    }

    private sealed class FlushedInput(ReplicaProcess process, Lsn through) : ReplicaInput(process)
    {
        protected override void Handle() => Process.OnFlushed(through);
    }

    private readonly SimulatedWorld _world;
    private readonly ReplicaState _startState;
    private long _tickAt = long.MaxValue;
    private int _tickVersion;

    public ReplicaProcess(SimulatedWorld world, ShardGroup shard, SimulatedNode node, in ReplicaState state)
    {
        _world = world;
        Shard = shard;
        Node = node;
        Disk = node.Machine.DiskOf(shard.Index);
        Store = Disk.Open(this);
        _startState = state;
        if (Store.Last > Store.Base)
            node.Hybrid.Restore(Store.TimestampAt(Store.Last));
        _released = Store.Base;
        StoreRecovery recovery = Store.Recovery;
        Core = new ReplicaCore(new ReplicaStart
        {
            Node = node.Id,
            State = state,
            Configurations = ConfigurationsFrom(recovery.Commit),
            Terms = recovery.Terms,
            First = recovery.First,
            Last = recovery.Last,
            Flushed = recovery.Flushed,
            Commit = recovery.Commit,
            Settings = world.Settings,
            Seed = node.Model.Random.Next() + (ulong)node.Starts,
            Now = node.Clock.Now,
        });
    }

    public ShardGroup Shard { get; }

    public SimulatedNode Node { get; }

    public ReplicaCore Core { get; }

    public IReplicaDisk Disk { get; }

    public IReplicaStore Store { get; }

    public bool IsAlive { get; private set; } = true;

    private long Now => Node.Clock.Now;

    public void Begin()
    {
        Shard.Checker.Started(this, _startState);
        Core.RegionsChanged(_world.Regions);
        _busyAt = Now;
        PlanRelease();
        PlanSweep();
        _replies.CommitAdvanced(Core.Commit);
        _replies.FlushedThrough(Core.Flushed);
        Store.RequestFlush(); // What was recovered counts only once this process has synced it (S2).
        AfterInput();
    }

    /// <summary>Who waits for an answer gets none.</summary>
    public void Die() => IsAlive = false;

    public void Flushed(Lsn through) => Node.Take(new FlushedInput(this, through));

    public void FlushFailed() => Node.Take(new ReplicaCallback(this, static p => p.OnStorageFailed()));

    public void Resign()
    {
        GoOn();
        Core.Resign(Now);
    }

    public void ClockJudged(bool wrong)
    {
        GoOn();
        Core.ClockJudged(wrong, Now);
    }

    public void AddReplica(Guid node) => NoteChange(Core.AddReplica(node, vote: true, Now));

    public void RemoveReplica(Guid node) => NoteChange(Core.Remove(node, Now));

    public void Transfer(Guid? target, TransferReason reason) => Core.TransferLeadership(target, reason, Now);

    public void LinkRestored(Guid peer)
    {
        GoOn();
        Core.LinkRestored(peer, Now);
    }

    /// <summary>The end of every input: effects until there are none, replies, the next tick.</summary>
    public void AfterInput()
    {
        EndParking();
        do
        {
            while (IsAlive && Core.TryTakeEffect(out Effect effect))
                Execute(effect);
            if (IsAlive && _replies.WantsTicket && Core.IsLeading)
                TakeTicket();
            Release();
        }
        while (IsAlive && Core.HasEffects);

        if (!IsAlive)
            return;
        NoteReleased();
        Shard.Checker.AfterStep(this);
        _world.Mix(this);
        PlanTick();
    }

    /// <summary>The one that holds at the commit LSN, and all later ones.</summary>
    private List<Configuration> ConfigurationsFrom(Lsn commit)
    {
        List<Configuration> all = [Store.BaseConfiguration ?? Shard.FirstConfiguration, .. Store.Configurations];
        while (all.Count > 1 && all[1].Lsn <= commit)
            all.RemoveAt(0);
        return all;
    }

    private void NoteChange(MembershipVerdict verdict)
    {
        _world.Trace(this, $"change of members: {verdict}");
        if (verdict == MembershipVerdict.Started)
            _world.Coverage.ConfigurationChanges++;
    }

    private void TakeTicket()
    {
        // A lease confirms at once what no round could.
        bool before = Core.HasEffects;
        _replies.TicketTaken(Core.RequestRead(Now));
        if (!before && Core.HasEffects && _world.Settings.Reads == ReadMode.Lease && Core.Configuration.Majority > 1)
            _world.Coverage.LeaseReads++;
    }

    private void OnFlushed(Lsn through)
    {
        GoOn();
        Core.FlushedThrough(through, Now);
        _replies.FlushedThrough(Core.Flushed);
    }

    private void OnStorageFailed()
    {
        _world.Trace(this, $"storage failed");
        GoOn();
        Core.StorageFailed(Now);
        SimulatedNode node = Node;
        int start = node.Starts;
        _world.Loop.After(node.Model.Random.Between(100_000, 1_500_000), () =>
        {
            if (node.Starts != start || !node.IsUp)
                return;
            node.Crash();
            node.Start();
        });
    }

    private void PlanTick()
    {
        long at = Core.NextTickAt;
        if (at >= _tickAt)
            return;
        _tickAt = at;
        _world.Loop.After(Math.Max(1_000, Node.Clock.DelayUntil(at)), new TickInput(this, ++_tickVersion));
    }

    private void OnTick(int version)
    {
        if (version != _tickVersion)
            return;
        _tickAt = long.MaxValue;
        if (Core.Parked)
            return;
        Core.ClockJudged(Node.ClockIsWrong, Now);
        if (Now >= Core.NextTickAt)
            Core.Tick(Now);
        ParkIfIdle();
    }
}
