using System;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Daemon;
using Akka.Remote;

namespace Akka.Cluster.SBR;

/// <summary>Watches the membership and carries out what <see cref="SplitBrainCore"/> decides. Runs on every node, beside the membership's own actors.</summary>
internal sealed class SplitBrainResolver : ReceiveActor, IWithTimers
{
    /// <summary>How late a decision may be.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    private readonly Cluster _cluster;
    private readonly SplitBrainResolverSettings _settings;
    private readonly SplitBrainCore _core;

    public SplitBrainResolver(Cluster cluster, SplitBrainResolverSettings settings)
    {
        _cluster = cluster;
        _settings = settings;
        _core = new SplitBrainCore(
            DowningStrategy.Of(settings), cluster.SelfUniqueAddress, (long)settings.DowningStableAfter.TotalMilliseconds, (long)settings.DownAllWhenUnstable.TotalMilliseconds);
        Receive<GossipChanged>(m => _core.Observe(m.Gossip, Environment.TickCount64));
        Receive<Tick>(_ => OnTick());
        Receive<ThisActorSystemQuarantinedEvent>(OnQuarantinedByPeer);
    }

    public ITimerScheduler Timers { get; set; }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(GossipChanged));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        _core.Observe(_cluster.Gossip, Environment.TickCount64);
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void OnTick()
    {
        var nodes = _core.Decide(Environment.TickCount64, out var cause);
        if (nodes.IsEmpty) return;
        string why = cause == DowningCause.Unstable
            ? $"the reachability of the members has been changing for more than {_settings.DowningStableAfter + _settings.DownAllWhenUnstable}, nobody stays"
            : $"members were unreachable for {_settings.DowningStableAfter}, strategy [{_settings.DowningStrategy}]";
        _cluster.Log.Warning($"SBR: {why}, downing [{string.Join(", ", nodes.Select(static n => n.Address))}]{(nodes.Contains(_cluster.SelfUniqueAddress) ? " including myself" : "")}");
        foreach (var node in nodes) _cluster.Daemon.Tell(new DownNode(node), ActorRefs.NoSender);
    }

    /// <summary>A member has given this incarnation up for good: its side has removed it, and there is no way back but a restart.</summary>
    private void OnQuarantinedByPeer(ThisActorSystemQuarantinedEvent message)
    {
        if (!_cluster.Gossip.Members.Any(m => m.Address.Equals(message.RemoteAddress))) return;
        _cluster.Log.Warning($"SBR: this system was quarantined by the member [{message.RemoteAddress}], downing myself");
        _cluster.Daemon.Tell(new DownNode(_cluster.SelfUniqueAddress), ActorRefs.NoSender);
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
