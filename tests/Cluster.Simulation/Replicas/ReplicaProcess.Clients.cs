using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Clients;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

// Clients' operations: evaluated against the newest view, answered when what they depend on has come.
public sealed partial class ReplicaProcess
{
    /// <summary>Without a request: a probe.</summary>
    private readonly record struct PendingReply(ClientRequest? Request, long Result, Lsn Own, RecordIdentity Identity, WritePolicy Policy, bool Proved, Term Term, long EvaluatedAt);

    private readonly ReleaseQueue<PendingReply> _replies = new();

    public void Evaluate(ClientRequest request)
    {
        GoOn();
        if (!Core.IsLeading)
        {
            request.Refuse(Core.Leader);
            return;
        }

        _busyAt = Now;

        // A leader that hands over still answers those who only look.
        Operation operation = request.Operation;
        if (operation.Stamp.IsPresent && WasAppended(request))
            return;
        KeyView view = Store.Find(operation.Key);
        Lsn own = Lsn.None;
        bool writes = ValueModel.Apply(operation.Kind, operation.Value, operation.Expected, view.Value, out long next, out long result);
        ReplyDependency dependency;
        var write = new SessionWrite(operation.Stamp, result);
        bool isAnswer = !writes && operation.Stamp.IsPresent;
        if (!writes && !isAnswer)
        {
            dependency = ReplyDependency.Look(view.Pending);
            if (operation.Kind == OperationKind.SetIfAbsent && _world.Settings.Planted == PlantedBug.FailedConditionNotHeld)
                dependency = ReplyDependency.None;
        }
        else if (!Core.CanAppend || !Core.ShortageOf(operation.Policy).IsNone)
        {
            request.Refuse(null);
            return;
        }
        else
        {
            own = isAnswer ? Store.AppendAnswer(Core.Term, write)
                : next == 0 ? Store.AppendDelete(Core.Term, operation.Key, write)
                : Store.AppendPut(Core.Term, operation.Key, next, RecordLength(), write, operation.LivesFor > 0 ? Node.Hybrid.Next() + operation.LivesFor : 0);
            if (own.IsNone)
            {
                // The store refused the append: definitely not in the log.
                request.Refuse(null);
                return;
            }

            dependency = operation.Kind == OperationKind.Set
                ? ReplyDependency.BlindWrite(own, operation.Policy)
                : ReplyDependency.Write(own, view.Pending, operation.Policy);
        }

        RecordIdentity identity = default;
        if (!own.IsNone)
        {
            identity = Store.IdentityAt(own);
            _world.Clocks.Recorded(Store.TimestampAt(own));
            Core.LeaderAppended(own, Now);
            Store.RequestFlush();
        }

        _world.Trace(this, $"evaluates {operation}: {result} at {own}, {dependency}");
        _replies.Add(new PendingReply(request, result, own, identity, operation.Policy, dependency.Leadership, Core.Term, _world.Loop.Now), dependency);
    }

    /// <summary>R11: true if the request is dealt with, since its sequence is not the session's next.</summary>
    private bool WasAppended(ClientRequest request)
    {
        switch (Store.Judge(request.Operation.Stamp, out Lsn lsn, out long result))
        {
            case SessionVerdict.Append:
                return false;
            case SessionVerdict.Repeat:
                _world.Coverage.SessionRepeats++;
                _world.Trace(this, $"repeats {request.Operation}: {result} of {lsn}");
                _replies.Add(
                    new PendingReply(request, result, Lsn.None, default, WritePolicy.Quorum, true, Core.Term, _world.Loop.Now),
                    ReplyDependency.Look(lsn > Core.Commit ? lsn : Lsn.None));
                return true;
            case SessionVerdict.Unknown:
                request.LeaveUnknown();
                return true;
            default:
                _world.Coverage.SessionGaps++;
                request.Refuse(null);
                return true;
        }
    }

    /// <summary>A write that nobody waits for.</summary>
    public void AppendNoise(int key, long value)
    {
        if (!Core.IsLeading)
            return;
        GoOn();
        if (!Core.CanAppend || Store.AppendPut(Core.Term, key, value, 64) is not { IsNone: false } lsn)
            return;
        Core.LeaderAppended(lsn, Now);
        Store.RequestFlush();
    }

    private int RecordLength()
    {
        bool large = _world.Random.Chance(0.004);
        return large ? (int)_world.Random.Between(1, 4 * _world.Settings.AnswerBytesMax) : (int)_world.Random.Between(64, 256);
    }

    private void Release()
    {
        _replies.Advance(Core);
        while (_replies.TryTakeImpossible(out PendingReply lost, out _))
        {
            _world.Coverage.PoliciesBecameImpossible++;
            lost.Request?.LeaveUncertain();
        }

        TakeReleased();
    }

    private void TakeReleased()
    {
        while (_replies.TryTakeReleased(out PendingReply reply))
        {
            if (reply.Proved)
                Shard.Checker.ProvedToLead(this, reply.Term, reply.EvaluatedAt);
            if (!reply.Own.IsNone)
                Shard.Checker.Acknowledged(this, reply.Own, reply.Identity, reply.Policy);
            _world.Trace(this, $"answers {reply.Request?.Operation}: {reply.Result}");
            reply.Request?.Answer(reply.Result, !reply.Own.IsNone && !reply.Policy.SurvivesFailover(Core.Configuration.Voters.Length));
        }
    }

    private void GiveUpReplies()
    {
        TakeReleased();
        while (_replies.TryTakeAny(out PendingReply reply))
        {
            if (reply.Own.IsNone || _world.Settings.Planted == PlantedBug.RetryableErrorForAppended)
                reply.Request?.Refuse(Core.Leader);
            else
                reply.Request?.LeaveUncertain();
        }

        _replies.CommitAdvanced(Core.Commit);
        _replies.FlushedThrough(Core.Flushed);
    }
}
