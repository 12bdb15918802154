using Akka.Actor;

namespace Cluster.Actors.Shards;

/// <summary>How the parts of a shard, its storage's completions among them, reach its actor: as messages.</summary>
internal sealed class ShardMailbox(IActorRef actor) : IShardMailbox, ILocalShardSink
{
    public void Post(object message) => actor.Tell(message, ActorRefs.NoSender);

    void ILocalShardSink.FlushMoved() => Post(FlushMoved.Instance);

    void ILocalShardSink.FlushFailed(Exception cause) => Post(new FlushFailed(cause));

    void ILocalShardSink.FlushStalled(Exception? cause) => Post(new FlushStalled(cause));

    void ILocalShardSink.StoreWork() => Post(StoreWork.Instance);

    void ILocalShardSink.StateSaved(Core.ReplicaState state, Exception? error) => Post(new StateSaved(state, error));

    void ILocalShardSink.CutDone(Exception? error) => Post(new CutFinished(error));

    void ILocalShardSink.DivergenceMarked(Exception? error) => Post(new DivergenceMarked(error));
}
