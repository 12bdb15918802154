using System.Linq;
using Akka.Actor;
using Akka.Cluster;

namespace Akka.Twin.Host;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// After every event the whole state: "state self=Up leader=ADDRESS members=NODE:Status,… unreachable=NODE,…", where a node is its address, '#',
/// and its uid.
/// </summary>
internal sealed class Narrator : ReceiveActor
{
    private readonly AkkaCluster _cluster;

    public Narrator(AkkaCluster cluster)
    {
        _cluster = cluster;
        Receive<ClusterEvent.CurrentClusterState>(_ => SayState());
        Receive<ClusterEvent.IMemberEvent>(e => Say(e.GetType().Name, e.Member));
        Receive<ClusterEvent.ReachabilityEvent>(e => Say(e.GetType().Name, e.Member));
        Receive<ClusterEvent.LeaderChanged>(_ => SayState());
    }

    public static string Name(UniqueAddress node) => $"{node.Address}#{node.Uid}";

    protected override void PreStart() => _cluster.Subscribe(
        Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.LeaderChanged));

    private void Say(string type, Akka.Cluster.Member member)
    {
        Program.Say($"event {type} {Name(member.UniqueAddress)}");
        SayState();
    }

    private void SayState()
    {
        var state = _cluster.State;
        Program.Say(
            $"state self={_cluster.SelfMember.Status} leader={state.Leader} " +
            $"members={string.Join(",", state.Members.Select(static m => $"{Name(m.UniqueAddress)}:{m.Status}"))} " +
            $"unreachable={string.Join(",", state.Unreachable.Select(static m => Name(m.UniqueAddress)))}");
    }
}
