using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

// Executing the core's effects, and giving it what arrives.
public sealed partial class ReplicaProcess
{
    // Parts of a record that is too large for one answer.
    private RecordBatch? _assembling;
    private int _assembled;
    private RecordBatch? _arrived;

    private Pull _lastPull;

    public void Receive(Message message)
    {
        Guid from = SimulatedWorld.NodeId(message.From);
        GoOn(forLeader: message.Kind is MessageKind.PullAnswer or MessageKind.LeaderNotice);
        switch (message.Kind)
        {
            case MessageKind.Pull:
                Core.Receive(from, message.Pull, Now);
                break;
            case MessageKind.PullAnswer:
                ReceiveAnswer(from, message);
                break;
            case MessageKind.Ack:
                Core.Receive(from, message.Ack, Now);
                break;
            case MessageKind.VoteRequest:
                Core.Receive(from, message.VoteRequest, Now);
                break;
            case MessageKind.VoteReply:
                Core.Receive(from, message.VoteReply, Now);
                break;
            case MessageKind.LeaderNotice:
                Core.Receive(from, message.LeaderNotice, Now);
                break;
            case MessageKind.TimeoutNow:
                Core.Receive(from, message.TimeoutNow, Now);
                break;
            case MessageKind.SnapshotRequest:
                ServeSnapshot(from, message.SnapshotPlace);
                break;
            case MessageKind.Snapshot:
                ReceiveSnapshot(message.Snapshot!);
                break;
        }
    }

    private void ReceiveAnswer(Guid from, Message message)
    {
        _arrived = message.Records;
        Core.Receive(from, message.PullAnswer, Now);
        while (IsAlive && Core.TryTakeEffect(out Effect effect))
            Execute(effect);
        _arrived = null;
    }

    private void Execute(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.PersistState:
                Persist(effect.State);
                break;
            case EffectKind.CutAfter:
                Cut(effect.Lsn);
                break;
            case EffectKind.AppendNoOp:
                if (Store.AppendNoOp(effect.Term) is { IsNone: false } noOp)
                    Core.NoOpAppended(noOp, Now);
                else
                    OnStorageFailed();
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
                Shard.Checker.Committed(this, effect.Lsn);
                if (Core.IsLeading)
                    _replies.CommitAdvanced(effect.Lsn);
                break;
            case EffectKind.ReadsConfirmed:
                _world.Coverage.ReadRounds++;
                _replies.ReadsConfirmed(effect.Ticket);
                break;
            case EffectKind.RoleChanged:
                ChangeRole(effect);
                break;
            case EffectKind.TransferFailed:
                _world.Coverage.TransfersFailed++;
                _world.Trace(this, $"transfer failed");
                break;
            case EffectKind.AppendConfiguration:
                AppendConfiguration(effect.Term, effect.Configuration!);
                break;
            case EffectKind.ConfigurationCommitted:
                Shard.ConfigurationCommitted(effect.Configuration!);
                break;
            case EffectKind.MajorityDoubtful:
                break;
            case EffectKind.NeedsBootstrap when effect.Cause == BootstrapCause.NotRegistered:
                _world.Coverage.StrangersRefused++;
                break;
            case EffectKind.NeedsBootstrap when effect.Cause == BootstrapCause.PositionGone:
                _world.Coverage.PositionsGone++;
                RequestSnapshot();
                break;
            case EffectKind.InstallSnapshot:
                InstallSnapshot();
                break;
            case EffectKind.Diverged:
            case EffectKind.NeedsBootstrap:
                _world.Fail($"shard {Shard.Index}, node {Node.Index}: {effect.Kind} {effect.Cause} at {effect.Lsn}");
                break;
            default:
                SendMessage(effect);
                break;
        }
    }

    private void ChangeRole(in Effect effect)
    {
        _world.Trace(this, $"{effect.Role} in term {effect.Term}, leader {SimulatedWorld.NameOf(effect.Leader)}, log {Core.Last}/{Core.LastTerm} commit {Core.Commit}");
        Coverage coverage = _world.Coverage;
        coverage.QuorumsLost += effect.Loss == LeadershipLoss.QuorumLost ? 1 : 0;
        coverage.OwnDiskBehind += effect.Loss == LeadershipLoss.OwnDiskBehind ? 1 : 0;
        coverage.Transfers += effect.Loss == LeadershipLoss.Transferred ? 1 : 0;
        coverage.Deposed += effect.Loss == LeadershipLoss.HigherTerm ? 1 : 0;
        if (effect.Role == ReplicaRole.Leader)
        {
            Shard.Checker.Elected(this, effect.Term);
            _world.Faults.LeaderElected(this);
            ProbeOthers();
        }

        GiveUpReplies();
    }

    private void Persist(ReplicaState state)
    {
        Shard.Checker.Promises(this, state);
        Save(state);
    }

    private void Save(ReplicaState state) => Node.Machine.Save(Shard.Index, state, saved => Node.Take(new ReplicaCallback(this, p =>
    {
        if (saved)
        {
            p.Shard.Checker.Promised(p, state);
            p.Core.StatePersisted(state, p.Now);
        }
        else
            p.OnStorageFailed();
    })));

    private void Cut(Lsn keep)
    {
        _world.Coverage.Cuts++;
        _world.Trace(this, $"cuts {Store.Last} to {keep}");
        _assembling = null;
        Shard.Checker.BeforeCut(this, keep);
        Store.CutAfter(keep, () => Node.Take(new ReplicaCallback(this, static p => p.Core.CutDone(p.Store.Last, p.Now))));
        Shard.Checker.AfterCut(this, keep);
    }

    private void AnswerWithRecords(in Effect effect)
    {
        if (!Node.Model.Random.Chance(Node.Model.ReadFromDisk))
        {
            AnswerNow(effect.PullAnswer, effect.MaxBytes, effect.To);
            return;
        }

        PullAnswer answer = effect.PullAnswer;
        (int maxBytes, Guid to) = (effect.MaxBytes, effect.To);
        _world.Loop.After(Node.Model.NextSyncMicros(), () => Node.Take(new ReplicaCallback(this, p => p.AnswerNow(answer, maxBytes, to))));
    }

    private void AnswerNow(PullAnswer answer, int maxBytes, Guid to)
    {
        // The answer was for a leader of that term: only its log is known to hold those records.
        if (!Core.IsLeading || Core.Term != answer.Term)
            return;
        // Released meanwhile: the next pull is told so.
        if (answer.After < Store.Base)
            return;
        RecordBatch batch = Store.Read(answer.After, maxBytes, Node.Model.Random.Chance(0.2));
        bool sends = batch.FirstBytes > maxBytes
            ? Core.TryCompleteAnswerWithPart(ref answer, Math.Min(maxBytes, batch.FirstBytes - answer.PartOffset), batch.FirstBytes)
            : Core.TryCompleteAnswer(ref answer, batch.Last);
        if (!sends)
            return;
        Shard.Checker.Sends(this, answer.Term);
        Message message = NewMessage(MessageKind.PullAnswer, to);
        message.PullAnswer = answer;
        message.Records = batch;
        _world.Network.Send(message);
    }

    private void KeepPart(in PullAnswer answer)
    {
        _world.Coverage.Parts++;
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

    private void AppendConfiguration(Term term, Configuration configuration)
    {
        if (!Core.IsLeading || Core.Term != term)
            return;
        if (Store.AppendConfiguration(term, configuration) is not { IsNone: false } lsn)
        {
            Core.ConfigurationRefused(Now);
            return;
        }

        Shard.Checker.Configures(this, lsn);
        _world.Trace(this, $"configuration at {lsn}: {ShardGroup.Text(configuration)}");
        Core.ConfigurationAppended(configuration.At(lsn));
        Core.LeaderAppended(lsn, Now);
        Store.RequestFlush();
    }

    private void AppendArrived(in PullAnswer answer)
    {
        Shard.Checker.Takes(this, answer, _lastPull);
        RecordBatch batch = _arrived!;
        Invariant.Check(answer.After == Store.Last, "records continue the log");
        if (answer.PartTotal > 0)
        {
            if (answer.PartOffset > 0)
                CheckPart(answer);
            Invariant.Check(answer.PartOffset + answer.PartLength == batch.FirstBytes && batch.Count == 1, "the last part completes the record");
            _assembling = null;
        }

        if (Node.Model.Random.Chance(0.002) || !Store.TryAppend(batch))
        {
            Core.RecordsRefused(Now);
            return;
        }

        Node.Hybrid.Restore(Store.TimestampAt(batch.Last));
        foreach (Configuration configuration in batch.Configurations)
            Core.ConfigurationAppended(configuration);
        Core.RecordsAppended(batch.Last, Now);
        Store.RequestFlush();
    }

    private void SendMessage(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.SendPull:
                Shard.Checker.Sends(this, effect.Pull.Term);
                _lastPull = effect.Pull;
                Message pull = NewMessage(MessageKind.Pull, effect.To);
                pull.Pull = effect.Pull;
                _world.Network.Send(pull);
                break;
            case EffectKind.SendPullAnswer:
                Shard.Checker.Sends(this, effect.PullAnswer.Term);
                Message answer = NewMessage(MessageKind.PullAnswer, effect.To);
                answer.PullAnswer = effect.PullAnswer;
                _world.Network.Send(answer);
                break;
            case EffectKind.SendAck:
                Shard.Checker.Sends(this, effect.Ack.Term);
                Message ack = NewMessage(MessageKind.Ack, effect.To);
                ack.Ack = effect.Ack;
                _world.Network.Send(ack);
                break;
            case EffectKind.SendVoteRequest:
                Shard.Checker.Sends(this, effect.VoteRequest);
                Message request = NewMessage(MessageKind.VoteRequest, effect.To);
                request.VoteRequest = effect.VoteRequest;
                _world.Network.Send(request);
                break;
            case EffectKind.SendVoteReply:
                Shard.Checker.Sends(this, effect.To, effect.VoteReply);
                Message reply = NewMessage(MessageKind.VoteReply, effect.To);
                reply.VoteReply = effect.VoteReply;
                _world.Network.Send(reply);
                break;
            case EffectKind.SendLeaderNotice:
                Shard.Checker.Sends(this, effect.LeaderNotice.Term);
                Message notice = NewMessage(MessageKind.LeaderNotice, effect.To);
                notice.LeaderNotice = effect.LeaderNotice;
                _world.Network.Send(notice);
                break;
            case EffectKind.SendTimeoutNow:
                Shard.Checker.Sends(this, effect.TimeoutNow.Term);
                Message order = NewMessage(MessageKind.TimeoutNow, effect.To);
                order.TimeoutNow = effect.TimeoutNow;
                _world.Network.Send(order);
                break;
            default:
                throw new InvalidOperationException($"effect {effect.Kind}");
        }
    }

    private Message NewMessage(MessageKind kind, Guid to)
    {
        Message message = _world.Network.Rent();
        message.Kind = kind;
        message.Shard = Shard.Index;
        message.From = Node.Index;
        message.To = SimulatedWorld.IndexOf(to);
        message.Wall = Node.Clock.Wall;
        message.Hybrid = Math.Max(message.Wall, Node.Hybrid.Last);
        return message;
    }
}
