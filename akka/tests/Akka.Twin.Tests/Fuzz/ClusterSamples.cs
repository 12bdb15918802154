using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Daemon;
using Akka.Cluster.Membership;
using Akka.Util;

namespace Akka.Twin.Tests.Fuzz;

/// <summary>One of each message between the nodes of a cluster.</summary>
internal static class ClusterSamples
{
    public static IEnumerable<object> Of(UniqueAddress self)
    {
        var other = new UniqueAddress(Address.Parse("akka.tcp://fuzz@10.0.0.2:4053"), 99);
        var gossip = new Gossip(
            [
                Member.Create(self, 1, MemberStatus.Up, ["a", "b"], AppVersion.Create("1.2.3")),
                Member.Create(other, 2, MemberStatus.Leaving, [], AppVersion.Zero),
            ],
            [self, other],
            Reachability.Empty.Set(self, other, ReachabilityStatus.Unreachable),
            VectorClock.Empty.Increment(self).Increment(other),
            ImmutableDictionary<UniqueAddress, long>.Empty.Add(new UniqueAddress(other.Address, 7), 1_700_000_000_000));
        yield return new InitJoin();
        yield return new InitJoinAck(self.Address);
        yield return new InitJoinNack(self.Address);
        yield return new Join(other, ["role"], AppVersion.Create("1.0.0"));
        yield return new Welcome(self, gossip);
        yield return new Leave(other.Address);
        yield return new Down(other.Address);
        yield return new GossipEnvelope(self, other, gossip);
        yield return new GossipStatus(self, gossip.Version);
        yield return new ExitingConfirmed(other);
        yield return new Heartbeat(self.Address, 5);
        yield return new HeartbeatRsp(other, 5);
    }
}
