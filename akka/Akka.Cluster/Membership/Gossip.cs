using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.Membership;

/// <summary>
/// The state that members exchange: who belongs to the cluster, who has seen this version, who cannot be reached, who was removed
/// lately, and the version. Immutable. Invariants: no two members with one address; only members are in the seen set and in the
/// reachability table; no member is Removed (it is gone and has a tombstone instead); no member has a tombstone.
/// Merging commutes, associates and is idempotent in everything but the seen set, which a merge empties.
/// </summary>
internal sealed class Gossip
{
    /// <summary>How long a removed node is remembered, so that a state from before its removal does not bring it back.</summary>
    public static readonly TimeSpan TombstoneLife = TimeSpan.FromDays(1);

    public static readonly Gossip Empty = new(
        ImmutableSortedSet<Member>.Empty, ImmutableHashSet<UniqueAddress>.Empty, Reachability.Empty, VectorClock.Empty);

    private ImmutableHashSet<UniqueAddress> _unreachable;
    private Reachability _heeded;

    public Gossip(
        ImmutableSortedSet<Member> members,
        ImmutableHashSet<UniqueAddress> seen,
        Reachability reachability,
        VectorClock version,
        ImmutableDictionary<UniqueAddress, long> tombstones = null)
    {
        Members = members;
        Seen = seen;
        Reachability = reachability;
        Version = version;
        Tombstones = tombstones ?? ImmutableDictionary<UniqueAddress, long>.Empty;
    }

    public ImmutableSortedSet<Member> Members { get; }

    public ImmutableHashSet<UniqueAddress> Seen { get; }

    public Reachability Reachability { get; }

    public VectorClock Version { get; }

    /// <summary>Removed nodes, and when (Unix time, ms).</summary>
    public ImmutableDictionary<UniqueAddress, long> Tombstones { get; }

    public bool IsSingletonCluster => Members.Count == 1;

    public Member Find(UniqueAddress node)
    {
        foreach (var member in Members)
            if (member.UniqueAddress.Equals(node)) return member;
        return null;
    }

    public bool HasMember(UniqueAddress node) => Find(node) is not null;

    public bool IsSeenBy(UniqueAddress node) => Seen.Contains(node);

    public bool IsUnreachable(UniqueAddress node) => Unreachable.Contains(node);

    /// <summary>A changed copy by this node: a newer version that only this node has seen.</summary>
    public Gossip ChangedBy(UniqueAddress node, ImmutableSortedSet<Member> members = null, Reachability reachability = null) =>
        new(members ?? Members, ImmutableHashSet.Create(node), reachability ?? Reachability, Version.Increment(node), Tombstones);

    public Gossip SeenBy(UniqueAddress node) =>
        Seen.Contains(node) ? this : new Gossip(Members, Seen.Add(node), Reachability, Version, Tombstones);

    public Gossip MergeSeen(Gossip other) => new(Members, Seen.Union(other.Seen), Reachability, Version, Tombstones);

    public ImmutableSortedSet<Member> Replace(Member changed) => Members.Remove(changed).Add(changed);

    /// <summary>Without the given members, who leave a tombstone and no other trace: neither in the table nor in the version.</summary>
    public Gossip Without(IReadOnlyCollection<UniqueAddress> removed, long nowUnixMs)
    {
        var nodes = removed.ToHashSet();
        long oldest = nowUnixMs - (long)TombstoneLife.TotalMilliseconds;
        var tombstones = Tombstones.RemoveRange(Tombstones.Where(t => t.Value < oldest).Select(static t => t.Key)).ToBuilder();
        var version = Version;
        foreach (var node in nodes)
        {
            tombstones[node] = nowUnixMs;
            version = version.Prune(node);
        }

        return new Gossip(
            Members.Where(m => !nodes.Contains(m.UniqueAddress)).ToImmutableSortedSet(),
            Seen.Except(nodes),
            Reachability.Remove(nodes),
            version,
            tombstones.ToImmutable());
    }

    /// <summary>Of each node the status further on in life, unless either side has removed it.</summary>
    public Gossip Merge(Gossip other)
    {
        var tombstones = Tombstones.ToBuilder();
        foreach (var (node, removedAt) in other.Tombstones)
            if (!tombstones.TryGetValue(node, out long known) || known < removedAt) tombstones[node] = removedAt;

        var version = Version.Merge(other.Version);
        foreach (var node in tombstones.Keys) version = version.Prune(node);

        var members = Member.PickNextTransition(
            Members.Where(m => !tombstones.ContainsKey(m.UniqueAddress)),
            other.Members.Where(m => !tombstones.ContainsKey(m.UniqueAddress)));
        var nodes = members.Select(static m => m.UniqueAddress).ToHashSet();
        return new Gossip(
            members, ImmutableHashSet<UniqueAddress>.Empty, Reachability.Merge(nodes, other.Reachability), version, tombstones.ToImmutable());
    }

    /// <summary>Reachability as the leader's rules look at it: what downed members say does not count.</summary>
    public Reachability HeededReachability => _heeded ??=
        Reachability.RemoveObservers(Members.Where(static m => m.Status == MemberStatus.Down).Select(static m => m.UniqueAddress).ToList());

    /// <summary>Whom any member but a downed one cannot reach.</summary>
    public ImmutableHashSet<UniqueAddress> Unreachable => _unreachable ??= HeededReachability.AllUnreachable();

    /// <summary>
    /// All Up and Leaving members have seen this version, and all who cannot be reached are on their way out. Who has confirmed its exit
    /// is gone already.
    /// </summary>
    public bool HasConverged(UniqueAddress self, ICollection<UniqueAddress> exitingConfirmed)
    {
        foreach (var node in Unreachable)
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

    /// <summary>Nobody is elected: it is the first in address order that is Up or Leaving and can be reached. Every node works it out by itself.</summary>
    public UniqueAddress Leader(UniqueAddress self) => LeaderOf(Members, self);

    public UniqueAddress RoleLeader(string role, UniqueAddress self) => LeaderOf(Members.Where(m => m.HasRole(role)), self);

    private UniqueAddress LeaderOf(IEnumerable<Member> members, UniqueAddress self)
    {
        Member best = null;
        foreach (var member in members)
        {
            if (member.Status == MemberStatus.Down) continue;
            if (!member.UniqueAddress.Equals(self) && IsUnreachable(member.UniqueAddress)) continue;
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
