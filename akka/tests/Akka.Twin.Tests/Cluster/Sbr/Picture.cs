using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Membership;
using Akka.Cluster.SBR;
using Akka.Util;

namespace Akka.Twin.Tests.ClusterMembership.Sbr;

/// <summary>
/// A split in one line: members in address order, "a:up b:up | c:up d:joining" with a bar between the side that looks (its first member is
/// the one that looks) and the side that it cannot reach. After a colon: the status, then the roles after dots, then the up number after
/// '#', which is the place in the line otherwise.
/// </summary>
internal static class Picture
{
    public static SplitView Of(string picture, string complaints = "", string seen = "")
    {
        var sides = picture.Split('|');
        var here = Parse(sides[0]).ToList();
        var there = sides.Length > 1 ? Parse(sides[1]).ToList() : [];
        var members = here.Concat(there).ToImmutableSortedSet();
        var self = here[0].UniqueAddress;
        var records = there.Select(m => new ReachabilityRecord(self, m.UniqueAddress, ReachabilityStatus.Unreachable, 1)).ToList();
        foreach (string complaint in complaints.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = complaint.Split('>');
            records.Add(new ReachabilityRecord(Node(ends[0]), Node(ends[1]), ReachabilityStatus.Unreachable, 1));
        }

        var table = new Reachability(records.ToImmutableList(), ImmutableDictionary<UniqueAddress, long>.Empty);
        var seenBy = seen.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Node).Append(self).ToImmutableHashSet();
        return SplitView.Of(new Gossip(members, seenBy, table, VectorClock.Empty), self);
    }

    public static string Decide(DowningStrategy strategy, SplitView view) => Names(DowningDecision.Decide(strategy, view));

    public static string Names(IEnumerable<UniqueAddress> nodes) => string.Join(" ", nodes.Select(static n => n.Address.Host));

    public static UniqueAddress Node(string name) => new(new Address("akka.tcp", "s", name, 1), name[0]);

    public static Member MemberOf(string name, MemberStatus status, int upNumber, params string[] roles) =>
        Member.Create(Node(name), status is MemberStatus.Joining or MemberStatus.WeaklyUp ? int.MaxValue : upNumber, status, roles.ToImmutableHashSet(), AppVersion.Zero);

    private static IEnumerable<Member> Parse(string side)
    {
        foreach (string word in side.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] numbered = word.Split('#');
            string[] parts = numbered[0].Split(':');
            string[] traits = parts.Length > 1 ? parts[1].Split('.') : ["up"];
            var status = Enum.Parse<MemberStatus>(traits[0], ignoreCase: true);
            yield return MemberOf(parts[0], status, numbered.Length > 1 ? int.Parse(numbered[1]) : parts[0][0] - 'a' + 1, traits[1..]);
        }
    }
}
