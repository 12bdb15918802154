using System.Collections.Concurrent;
using Akka.Actor;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Peers;

/// <summary>
/// The way into one link, for any thread: a bounded queue, and one cached message to the link's actor whenever the queue stops
/// being empty. A message costs no envelope of its own, and all that gathers while the link works goes into its next frames.
/// Two lanes, in order each: what carries records or clients' commands, and the small rest, by which replicas stay in touch. The rest may overtake, or
/// a value of 64 MiB on its way would look like a leader that is dead. Chunks of snapshots have a lane of their own, behind both.
/// </summary>
internal sealed class LinkPort(IActorRef link, long waitingBytesMax)
{
    private readonly ConcurrentQueue<(int Shard, ShardMessage Message, int Bytes)> _bulk = new();
    private readonly ConcurrentQueue<(int Shard, ShardMessage Message, int Bytes)> _urgent = new();
    private readonly ConcurrentQueue<(int Shard, ShardMessage Message, int Bytes)> _snapshots = new();
    private long _waitingBytes;
    private long _dropped;
    private int _woken;

    public IActorRef Link { get; } = link;

    /// <summary>Messages that found the queue full or the link closed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    public void Put(int shard, ShardMessage message)
    {
        int bytes = PeerItem.BytesOf(message);
        if (Interlocked.Add(ref _waitingBytes, bytes) > waitingBytesMax)
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            Drop(message);
            return;
        }

        (message is SnapshotAnswer ? _snapshots : IsUrgent(message) ? _urgent : _bulk).Enqueue((shard, message, bytes));
        if (Interlocked.Exchange(ref _woken, 1) == 0) Link.Tell(PeerLink.Wake.Instance, ActorRefs.NoSender);
    }

    /// <summary>The link's actor, before it empties the queue: what is put from now on wakes it again.</summary>
    public void Rearm() => Interlocked.Exchange(ref _woken, 0);

    public bool TryTakeUrgent(out int shard, out ShardMessage message) => TryTake(_urgent, out shard, out message);

    public bool TryTakeBulk(out int shard, out ShardMessage message) => TryTake(_bulk, out shard, out message);

    public bool TryTakeSnapshot(out int shard, out ShardMessage message) => TryTake(_snapshots, out shard, out message);

    private static bool IsUrgent(ShardMessage message) =>
        message is PullMessage or AckMessage or VoteRequestMessage or VoteReplyMessage or LeaderNoticeMessage or TimeoutNowMessage or SnapshotRequest or PullAnswerMessage { Bytes: null };

    private bool TryTake(ConcurrentQueue<(int Shard, ShardMessage Message, int Bytes)> from, out int shard, out ShardMessage message)
    {
        if (from.TryDequeue(out var item))
        {
            Interlocked.Add(ref _waitingBytes, -item.Bytes);
            (shard, message) = (item.Shard, item.Message);
            return true;
        }

        (shard, message) = (0, null!);
        return false;
    }

    public void DropAll()
    {
        while (TryTakeUrgent(out _, out var message) || TryTakeBulk(out _, out message) || TryTakeSnapshot(out _, out message)) Drop(message);
    }

    private void Drop(ShardMessage message)
    {
        Interlocked.Increment(ref _dropped);
        message.Release();
    }
}
