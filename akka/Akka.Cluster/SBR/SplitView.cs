using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Cluster.Membership;

namespace Akka.Cluster.SBR;

/// <summary>
/// A split as one node sees it: the members, and whom of them somebody cannot reach. Immutable, made anew for every decision. Members that
/// are Down or Exiting are on their way out already and are no part of it; nor is what they say of others.
/// </summary>
internal sealed class SplitView
{
    public SplitView(ImmutableSortedSet<Member> members, ImmutableList<ReachabilityRecord> records, ImmutableHashSet<UniqueAddress> seen, UniqueAddress self)
    {
        Members = members;
        Records = records;
        Seen = seen;
        Self = self;
        Unreachable = records.Select(static r => r.Subject).ToImmutableHashSet().Remove(self);
    }

    /// <summary>Joining, WeaklyUp, Up and Leaving, in address order.</summary>
    public ImmutableSortedSet<Member> Members { get; }

    /// <summary>Only complaints: Unreachable or Terminated.</summary>
    public ImmutableList<ReachabilityRecord> Records { get; }

    public ImmutableHashSet<UniqueAddress> Seen { get; }

    public UniqueAddress Self { get; }

    /// <summary>Never this node, whatever others say of it.</summary>
    public ImmutableHashSet<UniqueAddress> Unreachable { get; }

    public static SplitView Of(Gossip gossip, UniqueAddress self)
    {
        var members = gossip.Members.Where(static m => m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving)
            .ToImmutableSortedSet();
        var nodes = members.Select(static m => m.UniqueAddress).ToHashSet();
        var records = gossip.Reachability.Records.FindAll(
            r => r.Status != ReachabilityStatus.Reachable && nodes.Contains(r.Observer) && nodes.Contains(r.Subject));
        return new SplitView(members, records, gossip.Seen, self);
    }

    public bool IsReachable(Member member) => !Unreachable.Contains(member.UniqueAddress);

    /// <summary>The members that count: Up or Leaving, with the role. Newcomers have not been told to everybody yet.</summary>
    public Sides Considered(string role) => Count(role, includeNewcomers: false, includeLeaving: true);

    /// <summary>
    /// The same split as the other side may see it if it has moved members since: ours that are leaving have left, its newcomers are Up.
    /// </summary>
    public Sides AtWorst(string role) => Count(role, includeNewcomers: true, includeLeaving: false);

    /// <summary>Who cannot be reached by some but is in touch with others: no clean cut runs between it and the rest.</summary>
    public ImmutableHashSet<UniqueAddress> IndirectlyConnected()
    {
        var observers = Records.Select(static r => r.Observer).ToHashSet();
        var connected = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        foreach (var record in Records)
        {
            if (observers.Contains(record.Subject)) connected.Add(record.Subject);
            if (!Seen.Contains(record.Subject)) continue;
            // It has seen this very state, so somebody reaches it.
            connected.Add(record.Subject);
            connected.Add(record.Observer);
        }

        return connected.ToImmutable();
    }

    /// <summary>Without what the given nodes say of each other: what is left is a clean cut, if anything is.</summary>
    public SplitView WithoutComplaintsAmong(ImmutableHashSet<UniqueAddress> nodes) =>
        new(Members, Records.RemoveAll(r => nodes.Contains(r.Observer) && nodes.Contains(r.Subject)), ImmutableHashSet<UniqueAddress>.Empty, Self);

    private Sides Count(string role, bool includeNewcomers, bool includeLeaving)
    {
        var here = new List<Member>();
        var there = new List<Member>();
        foreach (var member in Members)
        {
            if (role is not null && !member.HasRole(role)) continue;
            bool reachable = IsReachable(member);
            if (reachable && !includeLeaving && member.Status == MemberStatus.Leaving) continue;
            bool newcomer = member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp;
            if (newcomer && (reachable || !includeNewcomers)) continue;
            (reachable ? here : there).Add(member);
        }

        return new Sides(here, there);
    }
}

/// <summary>The counted members on this side and on the other, both in address order.</summary>
internal readonly record struct Sides(IReadOnlyList<Member> Here, IReadOnlyList<Member> There)
{
    public bool AreEmpty => Here.Count + There.Count == 0;
}
