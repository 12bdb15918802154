using Akka.Actor;
using Akka.Event;
using Cluster.Actors.Peers;
using Cluster.Actors.Topology;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// One replica of one shard on this node; the only writer of its store.
/// <code>
/// state        accepts                                rejects                         leaves when
/// recovering   batches (forwarded blindly: no leader  READONLY batches with LOADING   the store is open and the core runs → running,
///              is known, replicas are asked), ticks   peers' replica messages: drops  or cannot be opened → reopening, fenced
/// running      everything                             by the core's own rules         storage fails or a snapshot is here → reopening,
///                                                                                     histories part or a bug shows → fenced
/// reopening    as recovering                          as recovering                   a while has passed, nothing is under way, the store was
///                                                                                     closed, perhaps exchanged, and is open → running
/// fenced       batches (forwarded), forwards are      READONLY batches with MISCONF   never: the process must restart
///              refused with what is known
/// stopping     nothing                                everything                      everything is answered: the actor ends
/// </code>
/// catching-up, replicating and leading, which operators see, are the core's phases within running.
/// Nothing here blocks: opening, saving, syncing, cutting and cold reads come back as messages.
/// </summary>
public sealed partial class ShardActor : UntypedActor
{
    private readonly ShardServices _services;
    private readonly LocalShard _local;
    private readonly ShardJournal _journal;
    private readonly ShardMailbox _mailbox;
    private readonly ForwardSender _forwards;
    private readonly ForwardReceiver _received = new();
    private readonly MetaDesk? _meta;
    private readonly ShardCell _cell;
    private readonly MonotonicClock _clock;
    private readonly Action _wake;

    private ShardTicker.Entry? _ticks;
    private ShardReplica? _replica;
    private Exception? _failure;
    private bool _opened;
    private IReadOnlyDictionary<Guid, int> _regions;

    public ShardActor(ShardServices services, LocalShard local)
    {
        _services = services;
        _local = local;
        _journal = new ShardJournal(Context.GetLogger(), local.Shard);
        _mailbox = new ShardMailbox(Self);
        _forwards = new ForwardSender(local.Shard, services.NodeId, services.Peers, services.Settings, services.FirstForwardStream());
        _forwards.SetReplicas([.. local.Initial.Voters.Select(v => v.Node)]);
        _meta = local.Shard == ShardId.Meta ? new MetaDesk(services.Hybrid, services.Settings, Self) : null;
        _cell = services.Directory[local.Shard];
        _clock = new MonotonicClock(services.Time);
        _regions = services.Regions;
        _wake = () =>
        {
            // A client's command for the leader is work: see IShardParking.Disturb.
            if (_cell.Parked && _cell.Leadership.Leader == _services.NodeId) _services.Parking?.Disturb(_local.Shard);
            _mailbox.Post(Wake.Instance);
        };
    }

    public static Props Props(ShardServices services, LocalShard local) => Akka.Actor.Props.Create(() => new ShardActor(services, local));

    protected override void PreStart()
    {
        _cell.HasLocalReplica = true;
        _cell.State = ShardState.Recovering;
        _services.QueueOf(_local.Shard)?.Attach(_wake);
        Context.System.EventStream.Subscribe(Self, typeof(PeerUp));
        Context.System.EventStream.Subscribe(Self, typeof(PeerBroken));
        Context.System.EventStream.Subscribe(Self, typeof(TopologySnapshot));
        _ticks = _services.Ticker.Add(() => _mailbox.Post(ShardTick.Instance));
        var mailbox = _mailbox;
        _local.OpenAsync().ContinueWith(
            opened => mailbox.Post(new Opened(opened.Exception?.GetBaseException())),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    protected override void PostStop()
    {
        _services.QueueOf(_local.Shard)?.Detach(_wake);
        if (_ticks is not null) _services.Ticker.Remove(_ticks);
        if (_replica is not null)
        {
            // Whatever ends the actor: the others need not wait for a time-out, if the links still carry the word.
            _replica.Resign();
            _replica.Stop();
        }
        else
        {
            _forwards.CompleteAll();
        }

        RefuseQueued();
        _local.Detach(_mailbox);
        _cell.State = ShardState.Stopping;
        _cell.HasLocalReplica = false;
    }

    protected override void OnReceive(object message)
    {
        // A replica that has met a bug or damage must not go on from whatever state it is in, nor be restarted into it by supervision.
        try
        {
            if (_replica is { } replica) Running(replica, message);
            else WithoutReplica(message);
        }
        catch (Exception e)
        {
            if (_replica is { } failed && e is StorageFailedException) Poisoned(failed, e);
            else if (_failure is null) Fence(e);
            else _journal.Error(e, "failed again while it is out");
        }
    }

    private void Running(ShardReplica replica, object message)
    {
        switch (message)
        {
            case Wake:
                replica.Drain();
                break;
            case ShardInbound inbound:
                replica.Receive(inbound.From, inbound.Message);
                break;
            case StoreWork:
                replica.StoreWork();
                break;
            case FlushMoved:
                replica.FlushMoved();
                break;
            case EndBurst:
                replica.EndBurstNow();
                break;
            case PeerUp up:
                replica.LinkRestored(up.Node);
                break;
            case ShardVouched heartbeat:
                replica.Vouched(heartbeat);
                break;
            case ShardDoubted:
                replica.Doubted();
                break;
            case PeerBroken broken:
                replica.LinkBroken(broken.Node, broken.Closed);
                break;
            case ShardTick when _ticks!.IsLate(_clock.Now):
                // Whoever was held up for long must not judge the others' silence before it has taken what came from them meanwhile.
                _mailbox.Post(LateTick.Instance);
                break;
            case ShardTick or LateTick:
                _ticks!.Taken();
                replica.Tick();
                break;
            case BatchRead read:
                replica.BatchReadDone(read);
                break;
            case ValueFetch fetch:
                replica.ValuesFetched(fetch);
                break;
            case ExpiryRead names:
                replica.ExpiryReadDone(names);
                break;
            case LogRead read:
                replica.LogReadDone(read);
                break;
            case StateSaved saved:
                replica.StateSaved(saved);
                break;
            case CutFinished cut:
                replica.CutFinished(cut.Error);
                break;
            case DivergenceMarked marked:
                replica.DivergenceMarked(marked.Error);
                break;
            case FlushFailed failed:
                replica.FlushFailed(failed.Cause);
                break;
            case FlushStalled { Cause: { } cause }:
                _journal.Warning($"writing waits: {cause.Message}. Writes are refused meanwhile; they go on by themselves");
                break;
            case FlushStalled:
                _journal.Info("writing goes on");
                break;
            case SnapshotReady ready:
                replica.SnapshotReady(ready);
                break;
            case SnapshotFailed failed:
                replica.SnapshotFailed(failed);
                break;
            case SnapshotFetched fetched:
                replica.SnapshotFetched(fetched);
                break;
            case SnapshotBroken broken:
                replica.SnapshotBroken(broken);
                break;
            case ProposeTopology proposal:
                replica.Propose(proposal, Sender);
                break;
            case ConfirmMetaLeadership question:
                replica.Confirm(question, Sender);
                break;
            case SubscribeTopology subscribe:
                Subscribe(subscribe);
                break;
            case Terminated terminated:
                _meta?.Unsubscribe(terminated.ActorRef);
                break;
            case TopologySnapshot topology:
                _regions = NodeRegions.Of(topology.Content.Nodes);
                replica.RegionsChanged(_regions);
                break;
            case HandOverShard:
                replica.HandOver(Sender);
                break;
            case StopShard:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }

        if (replica.Leaving is { } reopening) LeaveFor(replica, reopening);
        else _ticks!.DueAt = replica.DueAt;
    }

    /// <summary>Recovering or fenced: clients of this node are still served by the other replicas.</summary>
    private void WithoutReplica(object message)
    {
        long now = _clock.Now;
        switch (message)
        {
            case Wake:
                ForwardQueued();
                break;
            case ShardTick or LateTick:
                _ticks!.Taken();
                _forwards.Tick(now);
                if (_reopening is not null) TryReopen(now);
                else if (_opened && _failure is null) TryStart();
                break;
            case Opened opened:
                OnOpened(opened.Error);
                break;
            case ShardInbound { Message: ForwardReply reply } inbound:
                _forwards.Receive(inbound.From, reply, now);
                reply.Release();
                break;
            case ShardInbound { Message: ForwardRequest request } inbound:
                RefuseForward(inbound.From, request);
                break;
            case ShardInbound inbound:
                inbound.Message.Release();
                break;
            case PeerUp up:
                _forwards.LinkRestored(up.Node);
                break;
            case BatchRead or ExpiryRead or ValueFetch:
                // Of the replica that was given up: it was answered then.
                break;
            case LogRead read:
                read.Slice?.Dispose();
                break;
            case SnapshotReady ready:
                ready.Lease?.Dispose();
                break;
            case ProposeTopology proposal:
                Sender.Tell(new TopologyProposed(TopologyProposal.NotLeader, Cluster.Storage.Lsn.None, proposal.Tag));
                break;
            case ConfirmMetaLeadership question:
                Sender.Tell(new MetaLeadership(Confirmed: false, question.Tag));
                break;
            case SubscribeTopology subscribe:
                Subscribe(subscribe);
                break;
            case Terminated terminated:
                _meta?.Unsubscribe(terminated.ActorRef);
                break;
            case TopologySnapshot topology:
                _regions = NodeRegions.Of(topology.Content.Nodes);
                break;
            case HandOverShard:
                Sender.Tell(ShardHandedOver.Instance);
                break;
            case StopShard:
                Context.Stop(Self);
                break;
            case PeerBroken or ShardVouched or ShardDoubted or FlushMoved or StoreWork or EndBurst or StateSaved or CutFinished or DivergenceMarked or FlushFailed or FlushStalled:
            case SnapshotFetched or SnapshotBroken or SnapshotFailed:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void TryStart()
    {
        // An earlier actor's save, cut or attachment may still be ending; the next tick tries again.
        if (!_local.TryAttach(_mailbox)) return;
        (_startedAt, _gaveUp) = (_clock.Now, false);
        _replica = new ShardReplica(_services, _local, _forwards, _received, _meta, _mailbox, _journal);
        _journal.Info($"open with LSN {_local.Store.FirstLsn.Value} to {_local.Store.LastLsn.Value}, committed {_local.Store.CommitLsn.Value}");
        _replica.RegionsChanged(_regions);
        _mailbox.Post(FlushMoved.Instance);
        _mailbox.Post(Wake.Instance);
        _meta?.TellAll();
        _ticks!.DueAt = 0;
    }

    private void Fence(Exception cause)
    {
        _failure = cause;
        _journal.Error(cause, "cannot go on: this replica stays out until the node is restarted; other replicas serve the shard");
        var replica = _replica;
        _replica = null;
        try
        {
            replica?.Stop();
        }
        catch (Exception e)
        {
            _journal.Error(e, "could not answer everything that waited");
        }

        _local.Detach(_mailbox);
        _cell.State = ShardState.Fenced;
        _ticks!.DueAt = 0;
        _mailbox.Post(Wake.Instance);
    }

    private void ForwardQueued()
    {
        if (_services.QueueOf(_local.Shard) is not { } queue) return;
        queue.BeginDrain();
        while (queue.TryTake(out var batch))
        {
            if (batch.ReadOnly && !batch.HasWrite)
            {
                batch.RefuseUnanswered(_cell.State == ShardState.Fenced ? ShardErrors.Failed : ShardErrors.Loading);
                batch.Complete();
            }
            else
            {
                batch.TakeSequence(_services.Hybrid);
                _forwards.Enqueue(batch);
            }
        }
    }

    private void RefuseQueued()
    {
        if (_services.QueueOf(_local.Shard) is not { } queue) return;
        while (queue.TryTake(out var batch))
        {
            batch.RefuseUnanswered(ShardErrors.Stopping);
            batch.Complete();
        }
    }

    private void RefuseForward(Guid from, ForwardRequest request)
    {
        var known = _cell.Leadership;
        long number = request.Number;
        // What an earlier replica of this actor has accepted is remembered. After a failure nobody knows how far it had got.
        var verdict = _received.Judge(from, request.Stream, request.Term, ref number, request.IsCheck);
        var outcome = _failure is null && verdict == ForwardVerdict.Refuse ? ForwardOutcome.Refused : ForwardOutcome.Stale;
        if (_failure is not null || verdict != ForwardVerdict.Duplicate)
            _services.Peers.Send(from, _local.Shard, new ForwardReply(request.Stream, number, outcome, known.Term, known.Leader ?? Guid.Empty, batch: null, replies: default));
        request.Release();
    }

    private void Subscribe(SubscribeTopology subscribe)
    {
        if (_meta is null) return;
        Context.Watch(subscribe.Subscriber);
        _meta.Subscribe(subscribe.Subscriber);
    }

    private sealed record Opened(Exception? Error);
}
