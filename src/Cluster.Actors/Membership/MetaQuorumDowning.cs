using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Cluster.Actors.Topology;

namespace Cluster.Actors.Membership;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// Who may remove an unreachable member from the Akka cluster: only the leader of the meta shard, after a quorum round of it.
/// So a side without that quorum downs nobody, itself included, and no two sides down each other. Named by
/// akka.cluster.downing-provider-class.
/// </summary>
public sealed class MetaQuorumDowningProvider : IDowningProvider
{
    private readonly ActorSystem _system;

    public MetaQuorumDowningProvider(ActorSystem system, AkkaCluster cluster)
    {
        _ = cluster;
        _system = system;
    }

    /// <summary>Nothing is taken over on removal: shards decide by terms and quorums.</summary>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props DowningActorProps
    {
        get
        {
            var extension = NodeExtension.Get(_system);
            return Props.Create(() => new DowningActor(extension));
        }
    }
}

/// <summary>Looks every half second for members that have been unreachable too long. Keeps nothing over a restart but their times.</summary>
internal sealed class DowningActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly NodeExtension _extension;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<UniqueAddress, long> _unreachableSince = [];
    private long _round;

    public DowningActor(NodeExtension extension)
    {
        _extension = extension;
        Receive<Tick>(_ => OnTick());
        Receive<MetaLeadership>(OnLeadership);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);

    private void OnTick()
    {
        if (_extension.Context is not { } node) return;
        long now = Environment.TickCount64;
        var unreachable = AkkaCluster.Get(Context.System).State.Unreachable;
        var known = new HashSet<UniqueAddress>();
        bool due = false;
        foreach (var member in unreachable)
        {
            known.Add(member.UniqueAddress);
            if (!_unreachableSince.TryGetValue(member.UniqueAddress, out long since)) _unreachableSince[member.UniqueAddress] = since = now;
            due |= member.Status is not (MemberStatus.Down or MemberStatus.Removed) && now - since >= node.Membership.DownAfter.TotalMilliseconds;
        }

        foreach (var member in _unreachableSince.Keys.ToArray())
            if (!known.Contains(member)) _unreachableSince.Remove(member);

        if (due && node.LeadsMeta) node.MetaShard?.Tell(new ConfirmMetaLeadership(++_round), Self);
    }

    private void OnLeadership(MetaLeadership message)
    {
        if (!message.Confirmed || !_round.Equals(message.Tag) || _extension.Context is not { } node) return;
        long now = Environment.TickCount64;
        var cluster = AkkaCluster.Get(Context.System);
        foreach (var member in cluster.State.Unreachable)
        {
            if (member.Status is MemberStatus.Down or MemberStatus.Removed) continue;
            if (!_unreachableSince.TryGetValue(member.UniqueAddress, out long since) || now - since < node.Membership.DownAfter.TotalMilliseconds) continue;
            _log.Warning("member {0} was unreachable for {1:F1} s: the meta shard's quorum removes it", member.Address, (now - since) / 1000.0);
            cluster.Down(member.Address);
        }
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
