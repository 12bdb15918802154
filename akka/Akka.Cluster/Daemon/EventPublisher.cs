using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Membership;
using Akka.Event;

namespace Akka.Cluster.Daemon;

/// <summary>Turns changes of the gossip into events on the event stream, and into the state that any thread may read.</summary>
internal sealed class EventPublisher(Cluster cluster)
{
    private readonly EventStream _stream = cluster.System.EventStream;
    private readonly UniqueAddress _self = cluster.SelfUniqueAddress;

    public void Subscribe(Subscribe subscription, Gossip gossip)
    {
        if (subscription.Mode == ClusterEvent.InitialStateAsSnapshot)
        {
            subscription.Subscriber.Tell(cluster.State, ActorRefs.NoSender);
        }
        else
        {
            foreach (var e in GossipDifference.Between(Gossip.Empty, gossip, _self))
            {
                foreach (var type in subscription.To)
                {
                    if (!type.IsInstanceOfType(e)) continue;
                    subscription.Subscriber.Tell(e, ActorRefs.NoSender);
                    break;
                }
            }
        }

        foreach (var type in subscription.To) _stream.Subscribe(subscription.Subscriber, type);
    }

    /// <summary>Only what was subscribed here: the subscriber may listen to other things on the same stream.</summary>
    public void Unsubscribe(Unsubscribe message) => _stream.Unsubscribe(message.Subscriber, message.To ?? typeof(ClusterEvent.IClusterDomainEvent));

    public void Publish(Gossip before, Gossip after)
    {
        // First the state, so that whoever is told of a change finds it there.
        cluster.Publish(after, StateOf(after), after.Find(_self) ?? Member.Removed(_self));
        foreach (var e in GossipDifference.Between(before, after, _self)) _stream.Publish(e);
        _stream.Publish(new GossipChanged(after));
    }

    public void ShutDown(Gossip gossip)
    {
        _stream.Publish(ClusterEvent.ClusterShuttingDown.Instance);
        cluster.Publish(Gossip.Empty, new ClusterEvent.CurrentClusterState(), Member.Removed(_self));
        foreach (var member in gossip.Members) _stream.Publish(new ClusterEvent.MemberRemoved(GossipDifference.AsRemoved(member), member.Status));
    }

    private ClusterEvent.CurrentClusterState StateOf(Gossip gossip)
    {
        var roles = ImmutableDictionary.CreateBuilder<string, Address>();
        foreach (string role in gossip.Members.SelectMany(static m => m.Roles).Distinct()) roles[role] = gossip.RoleLeader(role, _self)?.Address;
        return new ClusterEvent.CurrentClusterState(
            gossip.Members,
            gossip.Members.Where(m => !m.UniqueAddress.Equals(_self) && gossip.IsUnreachable(m.UniqueAddress)).ToImmutableHashSet(),
            gossip.Seen.Select(static n => n.Address).ToImmutableHashSet(),
            gossip.Leader(_self)?.Address,
            roles.ToImmutable());
    }
}
