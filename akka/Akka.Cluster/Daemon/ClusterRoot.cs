using Akka.Actor;
using Akka.Cluster.Heartbeats;

namespace Akka.Cluster.Daemon;

/// <summary>/system/cluster: parent of the core (with the daemon in it), the heartbeat actors and the downing actor. If the core fails, membership is over.</summary>
internal sealed class ClusterRoot : ReceiveActor
{
    private readonly Cluster _cluster;
    private readonly IActorRef _core;

    public ClusterRoot(Cluster cluster)
    {
        _cluster = cluster;
        _core = Context.ActorOf(Props.Create(() => new ClusterCore(cluster)).WithDispatcher(cluster.Settings.UseDispatcher), "core");
        Context.ActorOf(Props.Create(() => new HeartbeatReceiver(cluster.SelfUniqueAddress)).WithDispatcher(cluster.Settings.UseDispatcher), "heartbeatReceiver");
        Context.Watch(_core);
        Receive<Begin>(_ => StartObservers());
        Receive<Terminated>(_ => Context.Stop(Self));
        ReceiveAny(m => _core.Forward(m));
    }

    /// <summary>Told by the extension once it can be used: what is started then subscribes to it at once.</summary>
    internal sealed class Begin
    {
        public static readonly Begin Instance = new();
    }

    protected override void PostRestart(System.Exception reason)
    {
        base.PostRestart(reason);
        Self.Tell(Begin.Instance, ActorRefs.NoSender);
    }

    private void StartObservers()
    {
        Context.ActorOf(Props.Create(() => new HeartbeatSender(_cluster)).WithDispatcher(_cluster.Settings.UseDispatcher), "heartbeatSender");
        if (_cluster.DowningProvider.DowningActorProps is { } downing)
            Context.ActorOf(downing.WithDispatcher(_cluster.Settings.UseDispatcher), "downingProvider");
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _cluster.Log.Error(cause, "an actor of the membership failed");
        return Directive.Restart;
    });

    protected override void PostStop() => _cluster.Ended();
}

/// <summary>/system/cluster/core: only there so that the daemon's path is the well-known one, and to stop membership when it fails.</summary>
internal sealed class ClusterCore : ReceiveActor
{
    private readonly IActorRef _daemon;

    public ClusterCore(Cluster cluster)
    {
        _daemon = Context.ActorOf(Props.Create(() => new ClusterDaemon(cluster)).WithDispatcher(cluster.Settings.UseDispatcher), "daemon");
        Context.Watch(_daemon);
        Receive<Terminated>(_ => Context.Stop(Self));
        ReceiveAny(m => _daemon.Forward(m));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Stop);
}
