using Akka.Actor;
using Cluster.Actors.Peers;

namespace Cluster.Actors.Shards;

/// <summary>
/// Stands for a shard on a node that has no replica of it: forwards every batch to the leader, whom it finds by asking the replicas.
/// One state; it ends on <see cref="StopShard"/>, when a replica takes its place or the node stops.
/// </summary>
public sealed class ForwardingShardActor : UntypedActor
{
    /// <summary>While something is under way.</summary>
    private const long TickMicros = 50_000;

    private readonly int _shard;
    private readonly ShardServices _services;
    private readonly ForwardSender _forwards;
    private readonly MonotonicClock _clock;
    private readonly Action _wake;
    private ShardTicker.Entry? _ticks;

    public ForwardingShardActor(ShardServices services, int shard, IReadOnlyList<Guid> replicas)
    {
        _shard = shard;
        _services = services;
        _clock = new MonotonicClock(services.Time);
        _forwards = new ForwardSender(shard, services.NodeId, services.Peers, services.Settings, services.FirstForwardStream());
        _forwards.SetReplicas([.. replicas]);
        var self = Self;
        _wake = () => self.Tell(Wake.Instance, ActorRefs.NoSender);
    }

    public static Props Props(ShardServices services, int shard, IReadOnlyList<Guid> replicas) =>
        Akka.Actor.Props.Create(() => new ForwardingShardActor(services, shard, replicas));

    protected override void PreStart()
    {
        var self = Self;
        _ticks = _services.Ticker.Add(() => self.Tell(ShardTick.Instance, ActorRefs.NoSender));
        _ticks.DueAt = long.MaxValue;
        _services.QueueOf(_shard)?.Attach(_wake);
        Context.System.EventStream.Subscribe(Self, typeof(PeerUp));
        Context.System.EventStream.Subscribe(Self, typeof(PeerBroken));
    }

    protected override void PostStop()
    {
        if (_services.QueueOf(_shard) is { } queue)
        {
            queue.Detach(_wake);
            while (queue.TryTake(out var batch))
            {
                batch.RefuseUnanswered(ShardErrors.Stopping);
                batch.Complete();
            }
        }

        _forwards.CompleteAll();
        if (_ticks is not null) _services.Ticker.Remove(_ticks);
    }

    protected override void OnReceive(object message)
    {
        long now = _clock.Now;
        switch (message)
        {
            case Wake:
                TakeQueued();
                break;
            case ShardTick:
                _ticks!.Taken();
                _forwards.Tick(now);
                break;
            case ShardInbound { Message: ForwardReply reply } inbound:
                _forwards.Receive(inbound.From, reply, now);
                if (reply.Leader != Guid.Empty) _services.Directory[_shard].Leadership = new ShardLeadership(reply.Term, reply.Leader);
                reply.Release();
                break;
            case ShardInbound { Message: ForwardRequest request } inbound:
                // Sent here by someone whose topology is older: nothing is ever accepted.
                _services.Peers.Send(inbound.From, _shard, new ForwardReply(request.Stream, request.Number, ForwardOutcome.Refused, 0, Guid.Empty, batch: null, replies: default));
                request.Release();
                break;
            case ShardInbound inbound:
                inbound.Message.Release();
                break;
            case PeerUp up:
                _forwards.LinkRestored(up.Node);
                break;
            case PeerBroken broken:
                _forwards.LinkBroken(broken.Node);
                break;
            case ShardPlaced placed:
                _forwards.SetReplicas([.. placed.Replicas]);
                break;
            case HandOverShard:
                Sender.Tell(ShardHandedOver.Instance);
                break;
            case StopShard:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }

        _ticks!.DueAt = _forwards.QueuedCount + _forwards.UnansweredCount > 0 ? now + TickMicros : long.MaxValue;
    }

    private void TakeQueued()
    {
        if (_services.QueueOf(_shard) is not { } queue) return;
        queue.BeginDrain();
        while (queue.TryTake(out var batch))
        {
            batch.TakeSequence(_services.Hybrid);
            _forwards.Enqueue(batch);
        }
    }
}
