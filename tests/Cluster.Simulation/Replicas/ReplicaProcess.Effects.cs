using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

public sealed partial class ReplicaProcess
{
    public void ReceiveAnswer(Guid from, in PullAnswer answer, RecordBatch? records)
    {
        _arrived = records;
        Core.Receive(from, answer, Now);
        while (_alive && Core.TryTakeEffect(out Effect effect))
            Execute(effect);
        _arrived = null;
    }

    private void Execute(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.PersistState:
                ReplicaState state = effect.State;
                _node.State.Save(state, saved => _node.Give(p => p.OnPersisted(this, state, saved)));
                break;
            case EffectKind.CutAfter:
                Cut(effect.Lsn);
                break;
            case EffectKind.AppendNoOp:
                if (Store.AppendNoOp(effect.Term) is { IsNone: false } noOp)
                    Core.NoOpAppended(noOp, Now);
                else
                    OnFlushFailed(this);
                Store.RequestFlush();
                break;
            case EffectKind.AppendRecords:
                AppendArrived(effect.PullAnswer);
                break;
            case EffectKind.StorePart:
                KeepPart(effect.PullAnswer);
                break;
            case EffectKind.AnswerWithRecords:
                AnswerWithRecords(effect);
                break;
            case EffectKind.CommitAdvanced:
                Store.AdvanceCommit(effect.Lsn);
                _simulation.Checker.Committed(_node, this, effect.Lsn);
                if (Core.IsLeading)
                    _replies.CommitAdvanced(effect.Lsn);
                break;
            case EffectKind.ReadsConfirmed:
                _simulation.Coverage.ReadRounds++;
                _replies.ReadsConfirmed(effect.Ticket);
                break;
            case EffectKind.RoleChanged:
                _simulation.Trace(_node, $"{effect.Role} in term {effect.Term}, leader {_simulation.NameOf(effect.Leader)}, log {Core.Last}/{Core.LastTerm} commit {Core.Commit}");
                NoteLoss(effect.Loss);
                if (effect.Role == ReplicaRole.Leader)
                    _simulation.Checker.Elected(_node, this, effect.Term);
                GiveUpReplies();
                break;
            case EffectKind.TransferFailed:
                _simulation.Trace(_node, $"transfer failed");
                break;
            case EffectKind.Diverged:
            case EffectKind.NeedsBootstrap:
                _simulation.Fail($"node {_node.Index}: {effect.Kind} {effect.Cause} at {effect.Lsn}");
                break;
            default:
                SendMessage(effect);
                break;
        }
    }

    private void NoteLoss(LeadershipLoss loss)
    {
        Coverage coverage = _simulation.Coverage;
        coverage.QuorumsLost += loss == LeadershipLoss.QuorumLost ? 1 : 0;
        coverage.OwnDiskBehind += loss == LeadershipLoss.OwnDiskBehind ? 1 : 0;
        coverage.Deposed += loss == LeadershipLoss.HigherTerm ? 1 : 0;
    }

    private void SendMessage(Effect effect)
    {
        Guid from = _node.Id;
        int to = _simulation.IndexOf(effect.To);
        switch (effect.Kind)
        {
            case EffectKind.SendPull:
                _simulation.Checker.Sends(_node, effect.Pull.Term);
                Post(to, p => p.Core.Receive(from, effect.Pull, p.Now));
                break;
            case EffectKind.SendPullAnswer:
                _simulation.Checker.Sends(_node, effect.PullAnswer.Term);
                Post(to, p => p.ReceiveAnswer(from, effect.PullAnswer, null));
                break;
            case EffectKind.SendAck:
                _simulation.Checker.Sends(_node, effect.Ack.Term);
                Post(to, p => p.Core.Receive(from, effect.Ack, p.Now));
                break;
            case EffectKind.SendVoteRequest:
                _simulation.Checker.Sends(_node, effect.VoteRequest);
                Post(to, p => p.Core.Receive(from, effect.VoteRequest, p.Now));
                break;
            case EffectKind.SendVoteReply:
                _simulation.Checker.Sends(_node, effect.To, effect.VoteReply);
                Post(to, p => p.Core.Receive(from, effect.VoteReply, p.Now));
                break;
            case EffectKind.SendLeaderNotice:
                _simulation.Checker.Sends(_node, effect.LeaderNotice.Term);
                Post(to, p => p.Core.Receive(from, effect.LeaderNotice, p.Now));
                break;
            case EffectKind.SendTimeoutNow:
                _simulation.Checker.Sends(_node, effect.TimeoutNow.Term);
                Post(to, p => p.Core.Receive(from, effect.TimeoutNow, p.Now));
                break;
            default:
                throw new InvalidOperationException($"effect {effect.Kind}");
        }
    }

    private void Post(int to, Action<ReplicaProcess> deliver) =>
        _simulation.Network.Send(_node.Index, to, () => _simulation.Nodes[to].Give(deliver));

    private void OnPersisted(ReplicaProcess of, ReplicaState state, bool saved)
    {
        if (of != this)
            return;
        if (saved)
            Core.StatePersisted(state, Now);
        else
            OnFlushFailed(this);
    }

    private void Cut(Lsn keep)
    {
        _simulation.Coverage.Cuts++;
        _simulation.Trace(_node, $"cuts {Store.Last} to {keep}");
        _assembling = null;
        Store.CutAfter(keep, () => _node.Give(p =>
        {
            if (p == this)
                Core.CutDone(Store.Last, Now);
        }));
    }

    private void AnswerWithRecords(Effect effect)
    {
        if (_node.Model.Random.Chance(_node.Model.ReadFromDisk))
            _simulation.Loop.After(_node.Model.NextSyncMicros(), () => _node.Give(p => p.AnswerNow(this, effect)));
        else
            AnswerNow(this, effect);
    }

    private void AnswerNow(ReplicaProcess of, in Effect effect)
    {
        // The answer was for a leader of that term: only its log is known to hold those records.
        if (of != this || !Core.IsLeading || Core.Term != effect.PullAnswer.Term)
            return;
        PullAnswer answer = effect.PullAnswer;
        RecordBatch batch = Store.Read(answer.After, effect.MaxBytes, _node.Model.Random.Chance(0.2));
        bool sends = batch.FirstBytes > effect.MaxBytes
            ? Core.TryCompleteAnswerWithPart(ref answer, Math.Min(effect.MaxBytes, batch.FirstBytes - answer.PartOffset), batch.FirstBytes)
            : Core.TryCompleteAnswer(ref answer, batch.Last);
        if (!sends)
            return;
        _simulation.Checker.Sends(_node, answer.Term);
        Guid from = _node.Id;
        Post(_simulation.IndexOf(effect.To), p => p.ReceiveAnswer(from, answer, batch));
    }

    private void KeepPart(in PullAnswer answer)
    {
        _simulation.Coverage.Parts++;
        if (answer.PartOffset == 0)
            _assembled = 0;
        else
            CheckPart(answer);
        _assembling = _arrived;
        _assembled += answer.PartLength;
    }

    private void CheckPart(in PullAnswer answer)
    {
        Invariant.Check(answer.PartOffset == _assembled, "parts follow each other");
        Invariant.Check(_assembling!.FirstIdentity == _arrived!.FirstIdentity, "parts belong to one record");
    }

    private void AppendArrived(in PullAnswer answer)
    {
        RecordBatch batch = _arrived!;
        Invariant.Check(answer.After == Store.Last, "records continue the log");
        if (answer.PartTotal > 0)
        {
            if (answer.PartOffset > 0)
                CheckPart(answer);
            Invariant.Check(answer.PartOffset + answer.PartLength == batch.FirstBytes && batch.Count == 1, "the last part completes the record");
            _assembling = null;
        }

        if (_node.Model.Random.Chance(0.002) || !Store.TryAppend(batch))
        {
            Core.RecordsRefused(Now);
            return;
        }

        Core.RecordsAppended(batch.Last, Now);
        Store.RequestFlush();
    }
}
