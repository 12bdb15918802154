using System.Collections.Concurrent;
using Akka.Actor;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Peers;

/// <summary>
/// The way into one link, for any thread: a bounded queue, and one cached message to the link's actor whenever the queue stops
/// being empty. A message costs no envelope of its own, and all that gathers while the link works goes into its next frames.
/// </summary>
internal sealed class LinkPort(IActorRef link, long waitingBytesMax)
{
    private readonly ConcurrentQueue<(int Shard, ShardMessage Message, int Bytes)> _waiting = new();
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

        _waiting.Enqueue((shard, message, bytes));
        if (Interlocked.Exchange(ref _woken, 1) == 0) Link.Tell(PeerLink.Wake.Instance, ActorRefs.NoSender);
    }

    /// <summary>The link's actor, before it empties the queue: what is put from now on wakes it again.</summary>
    public void Rearm() => Interlocked.Exchange(ref _woken, 0);

    public bool TryTake(out int shard, out ShardMessage message)
    {
        if (_waiting.TryDequeue(out var item))
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
        while (TryTake(out _, out var message)) Drop(message);
    }

    private void Drop(ShardMessage message)
    {
        Interlocked.Increment(ref _dropped);
        message.Release();
    }
}
