using Akka.Actor;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Tests.Shards;

/// <summary>
/// The peer layer of several nodes in one process. Messages are copied as a wire would, so that nothing is shared; they can be lost,
/// repeated, or kept from nodes that are cut off.
/// </summary>
internal sealed class MemoryNetwork(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<(Guid Node, int Shard), IActorRef> _actors = [];
    private readonly HashSet<Guid> _isolated = [];
    private int _resignations;
    private long _sent;

    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>What arrives at a node in place of an answer that carries records.</summary>
    public Func<Guid, PullAnswer, PullAnswer>? Tamper { get; set; }

    /// <summary>Sees every message that is sent, on the sender's thread; false loses it.</summary>
    public Func<Guid, Guid, ShardMessage, bool>? Passes { get; set; }

    /// <summary>Messages by which a leader said that it gives up.</summary>
    public int Resignations => Volatile.Read(ref _resignations);

    /// <summary>Messages of shards so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public IShardPeers PeersOf(Guid node) => new Peers(this, node);

    public void Register(Guid node, int shard, IActorRef actor)
    {
        lock (_lock) _actors[(node, shard)] = actor;
    }

    public void Unregister(Guid node, int shard)
    {
        lock (_lock) _actors.Remove((node, shard));
    }

    public void Isolate(Guid node)
    {
        lock (_lock) _isolated.Add(node);
    }

    public void Reconnect(Guid node)
    {
        lock (_lock) _isolated.Remove(node);
    }

    public bool Connects(Guid from, Guid to)
    {
        lock (_lock) return !_isolated.Contains(from) && !_isolated.Contains(to);
    }

    public IActorRef? ActorOf(Guid node, int shard)
    {
        lock (_lock) return _actors.GetValueOrDefault((node, shard));
    }

    private void Send(Guid from, Guid to, int shard, ShardMessage message)
    {
        IActorRef? actor = null;
        Interlocked.Increment(ref _sent);
        int copies = 1;
        if (message is LeaderNoticeMessage { Notice.Resigned: true }) Interlocked.Increment(ref _resignations);
        lock (_lock)
        {
            if (!_isolated.Contains(from) && !_isolated.Contains(to)) _actors.TryGetValue((to, shard), out actor);
            if (_random.NextDouble() < Loss) copies = 0;
            else if (_random.NextDouble() < Duplication) copies = 2;
        }

        if (Passes?.Invoke(from, to, message) == false) copies = 0;

        for (int i = 0; i < copies && actor is not null; i++) actor.Tell(new ShardInbound(from, Copy(to, message)), ActorRefs.NoSender);
        message.Release();
    }

    private ShardMessage Copy(Guid to, ShardMessage message)
    {
        switch (message)
        {
            case PullAnswerMessage { Bytes: { } records } answer:
            {
                var bytes = new byte[records.Length];
                records.CopyTo(bytes);
                return new PullAnswerMessage(Tamper?.Invoke(to, answer.Answer) ?? answer.Answer, new ReceivedBytes(bytes));
            }

            case SnapshotAnswer { Chunk: { } chunk } answer:
            {
                var bytes = new byte[chunk.Length];
                chunk.CopyTo(bytes);
                return new SnapshotAnswer(answer.Stream, answer.Outcome, new ReceivedBytes(bytes));
            }

            case ForwardRequest request:
            {
                var bytes = new byte[request.Batch.EncodedCommandsBytes];
                request.Batch.WriteCommands(bytes);
                var batch = CommandBatch.Rent();
                batch.ReadCommands(bytes);
                return new ForwardRequest(request.Stream, request.Number, request.Term, batch);
            }

            case ForwardReply { Batch: { } answered } reply:
            {
                var bytes = new byte[answered.EncodedRepliesBytes];
                answered.WriteReplies(bytes);
                return new ForwardReply(reply.Stream, reply.Number, reply.Outcome, reply.Term, reply.Leader, null, bytes);
            }

            default:
                return message;
        }
    }

    private sealed class Peers(MemoryNetwork network, Guid node) : IShardPeers
    {
        public void Send(Guid to, int shard, ShardMessage message) => network.Send(node, to, shard, message);
    }
}
