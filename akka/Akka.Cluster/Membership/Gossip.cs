using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.Membership;

/// <summary>
/// The state that members exchange: who belongs to the cluster, who has seen this version, who cannot be reached, and the version.
/// Immutable. Invariants: no two members with one address; only members are in the seen set and in the reachability table; a member
/// is never Removed here (it is gone instead).
/// </summary>
internal sealed class Gossip
{
    public static readonly Gossip Empty = new(
        ImmutableSortedSet<Member>.Empty, ImmutableHashSet<UniqueAddress>.Empty, Reachability.Empty, VectorClock.Empty);

    public Gossip(ImmutableSortedSet<Member> members, ImmutableHashSet<UniqueAddress> seen, Reachability reachability, VectorClock version)
    {
        Members = members;
        Seen = seen;
        Reachability = reachability;
        Version = version;
    }

    public ImmutableSortedSet<Member> Members { get; }

    public ImmutableHashSet<UniqueAddress> Seen { get; }

    public Reachability Reachability { get; }

    public VectorClock Version { get; }

    public bool IsSingletonCluster => Members.Count == 1;

    public Member Find(UniqueAddress node)
    {
        foreach (var member in Members)
            if (member.UniqueAddress.Equals(node)) return member;
        return null;
    }

    public bool HasMember(UniqueAddress node) => Find(node) is not null;

    public bool IsSeenBy(UniqueAddress node) => Seen.Contains(node);

    public bool IsReachable(UniqueAddress node) => Reachability.IsReachable(node);

    /// <summary>A changed copy by this node: a newer version that only this node has seen.</summary>
    public Gossip ChangedBy(UniqueAddress node, ImmutableSortedSet<Member> members = null, Reachability reachability = null) =>
        new(members ?? Members, ImmutableHashSet.Create(node), reachability ?? Reachability, Version.Increment(node));

    public Gossip SeenBy(UniqueAddress node) => Seen.Contains(node) ? this : new Gossip(Members, Seen.Add(node), Reachability, Version);

    public Gossip MergeSeen(Gossip other) => new(Members, Seen.Union(other.Seen), Reachability, Version);

    public Gossip With(Member changed) => new(Replace(changed), Seen, Reachability, Version);

    public ImmutableSortedSet<Member> Replace(Member changed) => Members.Remove(changed).Add(changed);

    /// <summary>The members without the given ones, who leave no trace: neither in the table nor in the version.</summary>
    public Gossip Without(IReadOnlyCollection<UniqueAddress> removed)
    {
        var nodes = removed.ToHashSet();
        var version = Version;
        foreach (var node in nodes) version = version.Prune(node);
        return new Gossip(
            Members.Where(m => !nodes.Contains(m.UniqueAddress)).ToImmutableSortedSet(),
            Seen.Except(nodes),
            Reachability.Remove(nodes),
            version);
    }

    public Gossip Merge(Gossip other)
    {
        var members = Member.PickHighestPriority(Members, other.Members).ToImmutableSortedSet();
        var nodes = members.Select(static m => m.UniqueAddress).ToHashSet();
        var version = Version.Merge(other.Version);
        foreach (var member in Members.Concat(other.Members))
            if (!nodes.Contains(member.UniqueAddress)) version = version.Prune(member.UniqueAddress);
        return new Gossip(members, ImmutableHashSet<UniqueAddress>.Empty, Reachability.Merge(nodes, other.Reachability), version);
    }

    /// <summary>Reachability as the leader's rules look at it: what downed members say does not count.</summary>
    public Reachability ReachabilityExcludingDownedObservers() =>
        Reachability.RemoveObservers(Members.Where(static m => m.Status == MemberStatus.Down).Select(static m => m.UniqueAddress).ToList());

    public bool HasConverged(UniqueAddress self, ICollection<UniqueAddress> exitingConfirmed)
    {
        var reachability = ReachabilityExcludingDownedObservers();
        foreach (var node in reachability.AllUnreachable())
        {
            if (node.Equals(self) || exitingConfirmed.Contains(node)) continue;
            if (Find(node) is { Status: not (MemberStatus.Down or MemberStatus.Exiting) }) return false;
        }

        foreach (var member in Members)
        {
            if (member.Status is not (MemberStatus.Up or MemberStatus.Leaving)) continue;
            if (!Seen.Contains(member.UniqueAddress) && !exitingConfirmed.Contains(member.UniqueAddress)) return false;
        }

        return true;
    }

    public UniqueAddress Leader(UniqueAddress self) => LeaderOf(Members, self);

    public UniqueAddress RoleLeader(string role, UniqueAddress self) => LeaderOf(Members.Where(m => m.HasRole(role)), self);

    private UniqueAddress LeaderOf(IEnumerable<Member> members, UniqueAddress self)
    {
        var reachability = ReachabilityExcludingDownedObservers();
        Member best = null;
        foreach (var member in members)
        {
            if (member.Status == MemberStatus.Down) continue;
            if (!member.UniqueAddress.Equals(self) && !reachability.IsReachable(member.UniqueAddress)) continue;
            if (best is null || Rank(member.Status) < Rank(best.Status)) best = member;
        }

        return best?.UniqueAddress;
    }

    private static int Rank(MemberStatus status) => status switch
    {
        MemberStatus.Up or MemberStatus.Leaving => 0,
        MemberStatus.Exiting => 1,
        MemberStatus.WeaklyUp => 2,
        _ => 3,
    };
}
