using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Shards;

internal sealed partial class ShardReplica
{
    private void Execute(in Effect effect, long now)
    {
        switch (effect.Kind)
        {
            case EffectKind.PersistState:
                _local.SaveState(effect.State);
                break;
            case EffectKind.CutAfter:
                _cell.Counters.Cut(_store.LastLsn - effect.Lsn);
                _journal.Warning($"cutting the log after LSN {effect.Lsn.Value}: {_store.LastLsn - effect.Lsn} records at its end were never committed");
                _records.Clear();
                _local.Cut(effect.Lsn);
                break;
            case EffectKind.AppendNoOp:
                AppendNoOp(effect.Term, now);
                break;
            case EffectKind.AppendConfiguration:
                AppendConfiguration(in effect, now);
                break;
            case EffectKind.ConfigurationCommitted:
                _journal.Info($"configuration of LSN {effect.Configuration!.Lsn.Value} is committed: {effect.Configuration.Voters.Length} voters, {effect.Configuration.Learners.Length} learners");
                break;
            case EffectKind.MajorityDoubtful:
                _journal.Error(null, "a majority of this shard's voters may have lost acknowledged records (weak fsync, other boot): it stays read-only until `cluster repair --accept-loss`");
                break;
            case EffectKind.AppendRecords:
                AppendRecords(in effect, now);
                break;
            case EffectKind.StorePart:
                _records.StorePart(effect.PullAnswer, _incoming);
                break;
            case EffectKind.SendPull:
                PullSent(effect.Pull.Number, now);
                Send(effect.To, new PullMessage(effect.Pull));
                break;
            case EffectKind.SendPullAnswer:
                Send(effect.To, new PullAnswerMessage(effect.PullAnswer, bytes: null));
                break;
            case EffectKind.AnswerWithRecords:
                AnswerWithRecords(in effect);
                break;
            case EffectKind.SendAck:
                Send(effect.To, new AckMessage(effect.Ack));
                break;
            case EffectKind.SendVoteRequest:
                Send(effect.To, new VoteRequestMessage(effect.VoteRequest));
                break;
            case EffectKind.SendVoteReply:
                Send(effect.To, new VoteReplyMessage(effect.VoteReply));
                break;
            case EffectKind.SendLeaderNotice:
                Send(effect.To, new LeaderNoticeMessage(effect.LeaderNotice));
                break;
            case EffectKind.SendTimeoutNow:
                Send(effect.To, new TimeoutNowMessage(effect.TimeoutNow));
                break;
            case EffectKind.TransferFailed:
                _cell.Counters.TransferFailed();
                TransferFailed(effect.To);
                break;
            case EffectKind.CommitAdvanced:
                _store.AdvanceCommit(effect.Lsn);
                _waiting.CommitAdvanced(effect.Lsn);
                _meta?.CommitAdvanced(effect.Lsn);
                SettleBookmarks(now);
                FreshIfReached();
                break;
            case EffectKind.ReadsConfirmed:
                _waiting.ReadsConfirmed(effect.Ticket);
                _meta?.ReadsConfirmed(effect.Ticket);
                break;
            case EffectKind.RoleChanged:
                RoleChanged(in effect, now);
                break;
            case EffectKind.Diverged:
                Diverged(in effect);
                break;
            case EffectKind.NeedsBootstrap:
                NeedsBootstrap(effect.Cause, effect.Leader, effect.Oldest, effect.Head, now);
                break;
            case EffectKind.InstallSnapshot:
                InstallSnapshot();
                break;
            default:
                throw new InvariantViolatedException($"effect {effect.Kind} has no execution");
        }
    }

    private void Send(Guid to, ShardMessage message) => _services.Peers.Send(to, _shard, message);

    private void AppendNoOp(Term term, long now)
    {
        var lsn = _store.AppendNoOp(term, _services.Hybrid.Next());
        _store.RequestFlush();
        _core.NoOpAppended(lsn, now);
    }

    private void AppendConfiguration(in Effect effect, long now)
    {
        if (!_core.IsLeading || _core.Term != effect.Term) return;
        byte[] payload = new byte[ConfigurationCodec.Size(effect.Configuration!)];
        ConfigurationCodec.Write(effect.Configuration!, payload);
        var lsn = _store.AppendConfiguration(effect.Term, _services.Hybrid.Next(), payload);
        _core.ConfigurationAppended(effect.Configuration!.At(lsn));
        _core.LeaderAppended(lsn, now);
        _store.RequestFlush();
    }

    private void AppendRecords(in Effect effect, long now)
    {
        if (!TryAppendRecords(in effect, now)) return;
        _store.RequestFlush();
        _core.RecordsAppended(_store.LastLsn, now);
    }

    private void AnswerWithRecords(in Effect effect)
    {
        switch (_store.Log.TryRead(effect.PullAnswer.After, effect.MaxBytes, out var slice))
        {
            case LogReadOutcome.Records:
                SendRecords(effect.To, effect.PullAnswer, slice!, effect.MaxBytes);
                break;
            case LogReadOutcome.AtEnd:
                var empty = effect.PullAnswer;
                if (_core.TryCompleteAnswer(ref empty, empty.After)) Send(effect.To, new PullAnswerMessage(empty, bytes: null));
                break;
            case LogReadOutcome.Released:
                // The replica's next pull is told so.
                _core.Released(_store.FirstLsn);
                break;
            default:
                // If all workers are busy the pull stays without an answer; the replica asks again.
                _services.Workers.TryRun(new LogRead(_store, effect.To, effect.PullAnswer, effect.MaxBytes, _mailbox));
                break;
        }
    }

    /// <summary>Records for a slow replica came from disk.</summary>
    public void LogReadDone(LogRead read)
    {
        long now = _clock.Now;
        FlushBurst(now);
        if (read.Failure is { } failure) _journal.Error(failure, $"reading the log after LSN {read.Answer.After.Value} for a replica has failed");
        else if (read.Outcome == LogReadOutcome.Records) SendRecords(read.To, read.Answer, read.Slice!, read.MaxBytes);
        else if (read.Outcome == LogReadOutcome.Released) _core.Released(_store.FirstLsn);
        Settle(now);
    }

    private void SendRecords(Guid to, PullAnswer answer, LogSlice slice, int maxBytes)
    {
        int first = RecordLength(slice);
        bool sent;
        if (answer.PartOffset > 0 || first > maxBytes)
        {
            int offset = answer.PartOffset;
            int length = Math.Min(maxBytes, first - offset);
            sent = length > 0 && _core.TryCompleteAnswerWithPart(ref answer, length, first);
            if (sent) Send(to, new PullAnswerMessage(answer, new SliceBytes(slice, offset, length)));
        }
        else
        {
            sent = _core.TryCompleteAnswer(ref answer, slice.Last);
            answer.DigestLsn = slice.Last;
            answer.Digest = slice.Digest;
            if (sent) _registry.Sent(to, slice.Last);
            if (sent) Send(to, new PullAnswerMessage(answer, new SliceBytes(slice)));
        }

        if (!sent) slice.Dispose();
    }

    private static string Describe(LeadershipLoss loss) => loss switch
    {
        LeadershipLoss.Transferred => "it was handed over",
        LeadershipLoss.Removed => "this replica is no voter any more",
        LeadershipLoss.HigherTerm => "another election has taken place",
        LeadershipLoss.QuorumLost => "no majority of the replicas has answered for an election timeout",
        LeadershipLoss.OwnDiskBehind => "the own disk is too far behind what the others have made durable",
        LeadershipLoss.StorageFailed => "its storage has failed",
        LeadershipLoss.Resigned => "as asked",
        _ => "it stops",
    };

    private static int RecordLength(LogSlice slice) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(slice.Range(0)[RecordFormat.LengthOffset..]);

    private void RoleChanged(in Effect effect, long now)
    {
        var (term, leader) = (effect.Term, effect.Leader);
        bool leads = effect.Role == ReplicaRole.Leader;
        if (_leading && (!leads || term != _ledTerm)) LoseLeadership(effect.Loss);
        if (leader is not null && leader != _cell.Leadership.Leader) _cell.Counters.LeaderChanged();
        _cell.Leadership = new ShardLeadership(term.Value, leader);
        Busy(now);
        TermMoved(leads, now);
        if (leads)
        {
            if (_leading) return;
            _journal.Info($"leads in term {term.Value} from LSN {_store.LastLsn.Value} on");
            _cell.Counters.Elected();
            _registry.BeginLeading();
            _leading = true;
            _caughtUp = true;
            _ledTerm = term;
            _sweep.Begin();
            _received.BeginLeading(term.Value);
            _meta?.BeginLeading(term);
            _forwards.SelfLeads(term.Value, now);
            // What became committed or flushed before is not told again.
            _waiting.CommitAdvanced(_core.Commit);
            _waiting.FlushedThrough(_store.FlushedLsn);
        }
        else if (leader is { } other && other != _services.NodeId)
        {
            _forwards.LeaderIs(other, term.Value, now);
            LeaderKnown(other);
        }
        else
        {
            _forwards.NoLeader(term.Value);
        }

        _mailbox.Post(Wake.Instance);
    }

    private void LoseLeadership(LeadershipLoss loss)
    {
        if (!_leading) return;
        _leading = false;
        _moving = false;
        _burst = false;
        if (loss == LeadershipLoss.Transferred) _cell.Counters.Transferred();
        _received.StopLeading();
        // What is released already is answered as such.
        _waiting.Release();
        _meta?.Release();
        _meta?.LeadershipLost();
        _journal.Info($"no longer leads (term {_ledTerm.Value}): {Describe(loss)}; {_waiting.Count} batches were waiting");
        _again.Clear();
        _waiting.LeadershipLost(_ledTerm, _again, DropHeld());
        foreach (var batch in _again) _forwards.EnqueueFirst(batch);
    }
}
