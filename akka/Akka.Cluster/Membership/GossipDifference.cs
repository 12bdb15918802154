using System.Collections.Generic;
using System.Linq;

namespace Akka.Cluster.Membership;

/// <summary>
/// What subscribers are told when one state follows another, in the documented order: members, unreachable, reachable, leader, leaders of
/// roles. Among the members: newcomers, changes, removals; but the removal of an incarnation precedes whatever is said of its successor
/// at the same address.
/// </summary>
internal static class GossipDifference
{
    public static List<ClusterEvent.IClusterDomainEvent> Between(Gossip before, Gossip after, UniqueAddress self)
    {
        var events = new List<ClusterEvent.IClusterDomainEvent>();
        if (ReferenceEquals(before, after)) return events;
        if (!ReferenceEquals(before.Members, after.Members)) AddMembers(events, before, after);
        AddReachability(events, before, after, self);
        var leader = after.Leader(self)?.Address;
        if (!Equals(leader, before.Leader(self)?.Address)) events.Add(new ClusterEvent.LeaderChanged(leader));
        foreach (string role in before.Members.Concat(after.Members).SelectMany(static m => m.Roles).Distinct().Order(System.StringComparer.Ordinal))
        {
            var roleLeader = after.RoleLeader(role, self)?.Address;
            if (!Equals(roleLeader, before.RoleLeader(role, self)?.Address)) events.Add(new ClusterEvent.RoleLeaderChanged(role, roleLeader));
        }

        return events;
    }

    public static Member AsRemoved(Member member) =>
        Member.Create(member.UniqueAddress, member.UpNumber, MemberStatus.Removed, member.Roles, member.AppVersion);

    private static void AddMembers(List<ClusterEvent.IClusterDomainEvent> events, Gossip before, Gossip after)
    {
        var old = before.Members.ToDictionary(static m => m.UniqueAddress);
        var current = after.Members.ToDictionary(static m => m.UniqueAddress);
        var succeeded = new HashSet<UniqueAddress>();
        foreach (var member in before.Members)
        {
            if (current.ContainsKey(member.UniqueAddress) || !after.Members.Any(m => m.Address.Equals(member.Address))) continue;
            succeeded.Add(member.UniqueAddress);
            events.Add(new ClusterEvent.MemberRemoved(AsRemoved(member), member.Status));
        }

        foreach (var member in after.Members)
            if (!old.ContainsKey(member.UniqueAddress)) events.Add(EventOf(member));
        foreach (var member in after.Members)
            if (old.TryGetValue(member.UniqueAddress, out var earlier) && earlier.Status != member.Status) events.Add(EventOf(member));
        foreach (var member in before.Members)
        {
            if (!current.ContainsKey(member.UniqueAddress) && !succeeded.Contains(member.UniqueAddress))
                events.Add(new ClusterEvent.MemberRemoved(AsRemoved(member), member.Status));
        }
    }

    private static void AddReachability(List<ClusterEvent.IClusterDomainEvent> events, Gossip before, Gossip after, UniqueAddress self)
    {
        foreach (var member in after.Members)
        {
            if (!member.UniqueAddress.Equals(self) && after.IsUnreachable(member.UniqueAddress) && !before.IsUnreachable(member.UniqueAddress))
                events.Add(new ClusterEvent.UnreachableMember(member));
        }

        foreach (var member in after.Members)
        {
            if (!member.UniqueAddress.Equals(self) && before.IsUnreachable(member.UniqueAddress) && !after.IsUnreachable(member.UniqueAddress))
                events.Add(new ClusterEvent.ReachableMember(member));
        }
    }

    private static ClusterEvent.IClusterDomainEvent EventOf(Member member) => member.Status switch
    {
        MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
        MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
        MemberStatus.Up => new ClusterEvent.MemberUp(member),
        MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
        MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
        _ => new ClusterEvent.MemberDowned(member),
    };
}
