using Akka.Actor;
using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// A planned change of the leader, without an error or a long pause at clients.
//
// Order of things: 1. the core stops appending; each sender of forwards is told the first number that was not accepted (Moving), and from
// then on keeps its batches, as this node keeps those of its own clients; 2. what was accepted before is answered: the core holds TimeoutNow back while
// replies wait (for half of the transfer's time at most); 3. the target wins, its notice is the news that everybody who keeps batches waits for.
// Invariant H1: between 1 and the end nothing is accepted, so a batch that comes in that time is appended by the next leader or, if the transfer
// fails, by this one, and never by both.
// A crash of this node after 1 is a failover: kept batches are with their senders, those of this node's own clients die with their connections, and
// none of either was appended. A Moving message that is lost is said again in answer to the next forward.
internal sealed partial class ShardReplica
{
    /// <summary>Who asked for leadership to be given up, by TRANSFER; their target.</summary>
    private readonly List<(CommandBatch Batch, Guid Target)> _transfers = [];

    private readonly List<IActorRef> _handOverAskers = [];

    /// <summary>Senders of forwards know that leadership is being handed over.</summary>
    private bool _moving;

    /// <summary>When those who asked are told, whoever leads then.</summary>
    private long _handOverEndsAt = long.MaxValue;

    public void HandOver(IActorRef asker)
    {
        long now = _clock.Now;
        var verdict = BeginTransfer(target: null, TransferReason.Leaving, now);
        if (verdict == TransferVerdict.Started)
        {
            _handOverAskers.Add(asker);
            _handOverEndsAt = now + 2 * (long)_services.Settings.ElectionTimeout.TotalMicroseconds;
        }
        else
        {
            if (verdict == TransferVerdict.NobodyReachable) _journal.Warning("leads, and no other voter was heard lately: leadership cannot be handed over");
            asker.Tell(ShardHandedOver.Instance, ActorRefs.NoSender);
        }

        Settle(now);
    }

    private void Transfer(CommandBatch batch, Guid target, long now)
    {
        if (target == _services.NodeId)
        {
            batch.SetOk(0);
            batch.Complete();
            return;
        }

        switch (BeginTransfer(target, TransferReason.Requested, now))
        {
            case TransferVerdict.Started:
                _transfers.Add((batch, target));
                break;
            case TransferVerdict.NotAVoter:
                Refuse(batch, ShardErrors.NotAVoter);
                break;
            case TransferVerdict.NobodyReachable:
                Refuse(batch, ShardErrors.NobodyReachable);
                break;
            case TransferVerdict.UnderWay:
                Refuse(batch, ShardErrors.TransferUnderWay);
                break;
            default:
                Refuse(batch, ShardErrors.LeaderChanged);
                break;
        }
    }

    private TransferVerdict BeginTransfer(Guid? target, TransferReason reason, long now)
    {
        FlushBurst(now);
        if (!_leading || Fenced is not null) return TransferVerdict.NotLeader;
        GoOn(now);
        Busy(now);
        _core.RepliesWait(RepliesWait, now);
        var verdict = _core.TransferLeadership(target, reason, now);
        NoteTransfer(now);
        return verdict;
    }

    /// <summary>A transfer may have begun, also on the core's own account, or have failed.</summary>
    private void NoteTransfer(long now)
    {
        if (!_leading) return;
        if (_core.IsTransferring != _moving)
        {
            _moving = !_moving;
            if (_moving) _received.StopLeading();
            else _received.ResumeLeading();
            _received.TellSenders(_moving ? ForwardOutcome.Moving : ForwardOutcome.Refused, _shard, _services.NodeId, _services.Peers);
        }

        if (_moving) _core.RepliesWait(RepliesWait, now);
    }

    private bool RepliesWait
    {
        get
        {
            if (_waiting.Count > 0) return true;
            foreach (var read in _reads)
                if (!read.Term.IsNone) return true;
            return false;
        }
    }

    private void TransferFailed(Guid target)
    {
        _journal.Warning($"leadership could not be handed to {target}: it goes on here");
        foreach (var (batch, _) in _transfers) Refuse(batch, ShardErrors.TransferFailed);
        _transfers.Clear();
        _mailbox.Post(Wake.Instance);
    }

    /// <summary>Somebody else leads.</summary>
    private void LeaderKnown(Guid leader)
    {
        foreach (var (batch, target) in _transfers)
        {
            if (leader == target) batch.SetOk(0);
            else batch.SetError(0, ShardErrors.TransferElsewhere);
            batch.Complete();
        }

        _transfers.Clear();
        TellHandedOver();
    }

    private void ExpireTransfers(long now)
    {
        if (now >= _handOverEndsAt) TellHandedOver();
        for (int i = _transfers.Count - 1; i >= 0; i--)
        {
            var batch = _transfers[i].Batch;
            if (now - batch.Progress.SubmittedAt < (long)_services.Settings.WriteTimeout.TotalMicroseconds) continue;
            _transfers.RemoveAt(i);
            Refuse(batch, ShardErrors.TransferUnderWay);
        }
    }

    private void EndTransfers()
    {
        foreach (var (batch, _) in _transfers) Refuse(batch, ShardErrors.Stopping);
        _transfers.Clear();
        TellHandedOver();
    }

    private void TellHandedOver()
    {
        _handOverEndsAt = long.MaxValue;
        foreach (var asker in _handOverAskers) asker.Tell(ShardHandedOver.Instance, ActorRefs.NoSender);
        _handOverAskers.Clear();
    }
}
