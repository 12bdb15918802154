using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Membership;

namespace Akka.Cluster.Daemon;

/// <summary>Turns changes of the gossip into events, in the documented order, and into the state that any thread may read.</summary>
internal sealed class EventPublisher(Cluster cluster)
{
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscribers = [];

    public void Subscribe(Subscribe subscription, Gossip gossip, UniqueAddress self)
    {
        if (subscription.Mode == ClusterEvent.InitialStateAsSnapshot)
        {
            subscription.Subscriber.Tell(cluster.State, ActorRefs.NoSender);
        }
        else
        {
            foreach (var e in Difference(Gossip.Empty, gossip, self))
                if (Wants(subscription.To, e)) subscription.Subscriber.Tell(e, ActorRefs.NoSender);
        }

        _subscribers[subscription.Subscriber] = _subscribers.TryGetValue(subscription.Subscriber, out var types) ? types.Union(subscription.To) : subscription.To;
    }

    public void Unsubscribe(Unsubscribe message)
    {
        if (!_subscribers.TryGetValue(message.Subscriber, out var types)) return;
        types = message.To is null ? ImmutableHashSet<Type>.Empty : types.Remove(message.To);
        if (types.IsEmpty) _subscribers.Remove(message.Subscriber);
        else _subscribers[message.Subscriber] = types;
    }

    public void Publish(Gossip before, Gossip after, UniqueAddress self)
    {
        // First the state, so that whoever is told of a change finds it there.
        cluster.Publish(StateOf(after, self), after.Find(self) ?? Member.Removed(self));
        foreach (var e in Difference(before, after, self)) Tell(e);
    }

    public void ShutDown(Gossip gossip)
    {
        Tell(ClusterEvent.ClusterShuttingDown.Instance);
        cluster.Publish(new ClusterEvent.CurrentClusterState(), Member.Removed(cluster.SelfUniqueAddress));
        foreach (var member in gossip.Members) Tell(new ClusterEvent.MemberRemoved(Removed(member), member.Status));
    }

    private void Tell(ClusterEvent.IClusterDomainEvent e)
    {
        foreach (var (subscriber, types) in _subscribers)
            if (Wants(types, e)) subscriber.Tell(e, ActorRefs.NoSender);
    }

    private static bool Wants(ImmutableHashSet<Type> types, object e)
    {
        foreach (var type in types)
            if (type.IsInstanceOfType(e)) return true;
        return false;
    }

    private static ClusterEvent.CurrentClusterState StateOf(Gossip gossip, UniqueAddress self)
    {
        var unreachable = gossip.ReachabilityExcludingDownedObservers().AllUnreachable();
        var roles = ImmutableDictionary.CreateBuilder<string, Address>();
        foreach (string role in gossip.Members.SelectMany(static m => m.Roles).Distinct()) roles[role] = gossip.RoleLeader(role, self)?.Address;
        return new ClusterEvent.CurrentClusterState(
            gossip.Members,
            gossip.Members.Where(m => !m.UniqueAddress.Equals(self) && unreachable.Contains(m.UniqueAddress)).ToImmutableHashSet(),
            gossip.Seen.Select(static n => n.Address).ToImmutableHashSet(),
            gossip.Leader(self)?.Address,
            roles.ToImmutable());
    }

    private static List<ClusterEvent.IClusterDomainEvent> Difference(Gossip before, Gossip after, UniqueAddress self)
    {
        var events = new List<ClusterEvent.IClusterDomainEvent>();
        if (!ReferenceEquals(before.Members, after.Members)) AddMemberEvents(events, before, after);

        var wereUnreachable = before.ReachabilityExcludingDownedObservers().AllUnreachable();
        var areUnreachable = after.ReachabilityExcludingDownedObservers().AllUnreachable();
        foreach (var member in after.Members)
            if (!member.UniqueAddress.Equals(self) && areUnreachable.Contains(member.UniqueAddress) && !wereUnreachable.Contains(member.UniqueAddress))
                events.Add(new ClusterEvent.UnreachableMember(member));
        foreach (var member in after.Members)
            if (!member.UniqueAddress.Equals(self) && wereUnreachable.Contains(member.UniqueAddress) && !areUnreachable.Contains(member.UniqueAddress))
                events.Add(new ClusterEvent.ReachableMember(member));

        var leader = after.Leader(self)?.Address;
        if (!Equals(leader, before.Leader(self)?.Address)) events.Add(new ClusterEvent.LeaderChanged(leader));
        foreach (string role in before.Members.Concat(after.Members).SelectMany(static m => m.Roles).Distinct())
        {
            var roleLeader = after.RoleLeader(role, self)?.Address;
            if (!Equals(roleLeader, before.RoleLeader(role, self)?.Address)) events.Add(new ClusterEvent.RoleLeaderChanged(role, roleLeader));
        }

        return events;
    }

    private static void AddMemberEvents(List<ClusterEvent.IClusterDomainEvent> events, Gossip before, Gossip after)
    {
        foreach (var member in after.Members)
        {
            var old = before.Find(member.UniqueAddress);
            if (old is not null && old.Status == member.Status) continue;
            events.Add(member.Status switch
            {
                MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
                MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
                MemberStatus.Up => new ClusterEvent.MemberUp(member),
                MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
                MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
                _ => new ClusterEvent.MemberDowned(member),
            });
        }

        foreach (var member in before.Members)
            if (!after.HasMember(member.UniqueAddress)) events.Add(new ClusterEvent.MemberRemoved(Removed(member), member.Status));
    }

    private static Member Removed(Member member) =>
        Member.Create(member.UniqueAddress, member.UpNumber, MemberStatus.Removed, member.Roles, member.AppVersion);
}
