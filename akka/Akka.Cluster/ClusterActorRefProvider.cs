using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>A provider of a node of a cluster.</summary>
public interface IClusterActorRefProvider : IRemoteActorRefProvider
{
}

/// <summary>Remoting, and the cluster extension started with the system. Members are watched by the membership, not by heartbeats of remoting.</summary>
public class ClusterActorRefProvider : RemoteActorRefProvider, IClusterActorRefProvider
{
    /// <summary>Made by the system.</summary>
    public ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream) : base(systemName, settings, eventStream)
    {
        settings.InjectTopLevelFallback(ConfigurationFactory.FromResource<ClusterActorRefProvider>("Akka.Cluster.reference.conf"));
    }

    /// <inheritdoc/>
    public override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        Cluster.Get(system);
    }

    /// <inheritdoc/>
    protected override IActorRef CreateRemoteWatcher(ActorSystemImpl system)
    {
        var remote = RemoteSettings;
        return system.SystemActorOf(
            ClusterRemoteWatcher.Props(
                CreateRemoteWatcherFailureDetector(system),
                remote.WatchHeartBeatInterval,
                remote.WatchUnreachableReaperInterval,
                remote.WatchHeartbeatExpectedResponseAfter),
            "remote-watcher");
    }
}
