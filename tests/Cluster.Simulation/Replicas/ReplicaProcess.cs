using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Clients;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// What the shard's actor is in production: owns the core and the store, executes effects in order, evaluates commands, and releases
/// replies by the same <see cref="ReleaseQueue{T}"/>.
/// </summary>
public sealed partial class ReplicaProcess : IStoreOwner
{
    private readonly record struct PendingReply(Operation Operation, long Attempt, long Result, Lsn Own, RecordIdentity Identity);

    private readonly SimulatedCluster _simulation;
    private readonly SimulatedNode _node;
    private readonly ReleaseQueue<PendingReply> _replies = new();
    private bool _alive = true;
    private long _tickAt = long.MaxValue;
    private int _tickVersion;

    // Parts of a record that is too large for one answer.
    private RecordBatch? _assembling;
    private int _assembled;
    private RecordBatch? _arrived;

    public ReplicaProcess(SimulatedCluster simulation, SimulatedNode node, int start)
    {
        _simulation = simulation;
        _node = node;
        Store = node.Disk.Open(this);
        StoreRecovery recovery = Store.Recovery;
        Core = new ReplicaCore(new ReplicaStart
        {
            Node = node.Id,
            State = node.State.Durable,
            Configurations = [simulation.Configuration],
            Terms = recovery.Terms,
            First = recovery.First,
            Last = recovery.Last,
            Flushed = recovery.Flushed,
            Commit = recovery.Commit,
            Settings = simulation.Settings,
            Seed = node.Model.Random.Next() + (ulong)start,
            Now = node.LocalNow,
        });
    }

    public ReplicaCore Core { get; }

    public IReplicaStore Store { get; }

    public bool Idle => _replies.Count == 0;

    private long Now => _node.LocalNow;

    public void Begin()
    {
        _simulation.Checker.Started(_node, this);
        _replies.CommitAdvanced(Core.Commit);
        _replies.FlushedThrough(Core.Flushed);
        Store.RequestFlush(); // What was recovered counts only once this process has synced it (S2).
        AfterInput();
    }

    public void Die() => _alive = false;

    public void Take(Action<ReplicaProcess> input)
    {
        if (!_alive)
            return;
        input(this);
        AfterInput();
    }

    public void Flushed(Lsn through) => _node.Give(p => p.OnFlushed(this, through));

    public void FlushFailed() => _node.Give(p => p.OnFlushFailed(this));

    private void OnFlushed(ReplicaProcess of, Lsn through)
    {
        if (of != this)
            return;
        Core.FlushedThrough(through, Now);
        _replies.FlushedThrough(Core.Flushed);
    }

    private void OnFlushFailed(ReplicaProcess of)
    {
        if (of != this)
            return;
        _simulation.Trace(_node, $"storage failed");
        Core.StorageFailed(Now);
        SimulatedNode node = _node;
        _simulation.Loop.After(node.Model.Random.Between(100_000, 1_500_000), () =>
        {
            if (node.Process != this)
                return;
            node.Crash();
            node.Start();
        });
    }

    public void Resign() => Core.Resign(Now);

    public void LinkRestored(Guid peer) => Core.LinkRestored(peer, Now);

    /// <summary>A client's operation, evaluated against the newest view if this replica leads.</summary>
    public void Evaluate(Operation operation, long attempt)
    {
        if (!Core.CanAppend)
        {
            _simulation.Clients.Refused(operation, attempt, Core.Leader);
            return;
        }

        KeyView view = Store.Find(operation.Key);
        Lsn own = Lsn.None;
        long result = 0;
        ReplyDependency dependency = ReplyDependency.Look(view.Pending);
        switch (operation.Kind)
        {
            case OperationKind.Get:
                result = view.Value;
                break;
            case OperationKind.Set:
                own = AppendPut(operation);
                result = 1;
                dependency = ReplyDependency.BlindWrite(own, Actors.Shards.CommitPolicy.Quorum);
                break;
            case OperationKind.SetIfAbsent when view.Value == 0:
                own = AppendPut(operation);
                result = 1;
                dependency = ReplyDependency.Write(own, view.Pending, Actors.Shards.CommitPolicy.Quorum);
                break;
            case OperationKind.SetIfAbsent when _simulation.Settings.Planted == PlantedBug.FailedConditionNotHeld:
                dependency = ReplyDependency.None;
                break;
            case OperationKind.Delete when view.Value != 0:
                own = Store.AppendDelete(Core.Term, operation.Key);
                result = 1;
                dependency = ReplyDependency.Write(own, view.Pending, Actors.Shards.CommitPolicy.Quorum);
                break;
        }

        if (result == 1 && own.IsNone && operation.Kind != OperationKind.Get)
        {
            // The store refused the append: definitely not in the log.
            _simulation.Clients.Refused(operation, attempt, null);
            return;
        }

        RecordIdentity identity = default;
        if (!own.IsNone)
        {
            identity = Store.IdentityAt(own);
            Core.LeaderAppended(own, Now);
            Store.RequestFlush();
        }

        _simulation.Trace(_node, $"evaluates {operation}: {result} at {own}, {dependency}");
        _replies.Add(new PendingReply(operation, attempt, result, own, identity), dependency);
    }

    public void AppendNoise(int key, long value)
    {
        if (!Core.CanAppend || Store.AppendPut(Core.Term, key, value, 64) is not { IsNone: false } lsn)
            return;
        Core.LeaderAppended(lsn, Now);
        Store.RequestFlush();
    }

    private Lsn AppendPut(Operation operation)
    {
        bool large = _simulation.Random.Chance(0.002);
        int length = large ? (int)_simulation.Random.Between(1, 4 * _simulation.Settings.AnswerBytesMax) : (int)_simulation.Random.Between(64, 256);
        return Store.AppendPut(Core.Term, operation.Key, operation.Value, length);
    }

    private void AfterInput()
    {
        do
        {
            while (_alive && Core.TryTakeEffect(out Effect effect))
                Execute(effect);
            if (_alive && _replies.WantsTicket && Core.IsLeading)
                _replies.TicketTaken(Core.RequestRead(Now));
            Release();
        }
        while (_alive && Core.HasEffects);

        if (!_alive)
            return;
        _simulation.Checker.AfterStep(_node, this);
        PlanTick();
    }

    private void Release()
    {
        while (_replies.TryTakeReleased(out PendingReply reply))
        {
            if (!reply.Own.IsNone)
                _simulation.Checker.Acknowledged(_node, reply.Own, reply.Identity);
            _simulation.Trace(_node, $"answers {reply.Operation}: {reply.Result}");
            _simulation.Clients.Answered(reply.Operation, reply.Attempt, reply.Result);
        }
    }

    private void GiveUpReplies()
    {
        Release();
        while (_replies.TryTakeAny(out PendingReply reply))
        {
            if (reply.Own.IsNone)
                _simulation.Clients.Refused(reply.Operation, reply.Attempt, Core.Leader);
            else
                _simulation.Clients.Uncertain(reply.Operation, reply.Attempt);
        }

        _replies.CommitAdvanced(Core.Commit);
        _replies.FlushedThrough(Core.Flushed);
    }

    private void PlanTick()
    {
        long at = Core.NextTickAt;
        if (at >= _tickAt)
            return;
        _tickAt = at;
        int version = ++_tickVersion;
        if (at == long.MaxValue)
            return;
        _simulation.Loop.After(Math.Max(1_000, _node.DelayUntil(at)), () => _node.Fire(p => p.OnTick(this, version)));
    }

    private void OnTick(ReplicaProcess of, int version)
    {
        if (of != this || version != _tickVersion)
            return;
        _tickAt = long.MaxValue;
        Core.Tick(Now);
    }
}
