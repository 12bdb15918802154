using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Membership;
using Akka.Util;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

/// <summary>States as they come about: every node changes its own copy by the rules, and hears of some of the others' changes.</summary>
internal static class Histories
{
    public static UniqueAddress Node(int number, int uid = 0) => new(new Address("akka.tcp", "s", "n" + number, 1), (number * 100) + uid);

    public static Member Joining(UniqueAddress node) => Member.Create(node, ["r"], AppVersion.Zero);

    /// <summary>All copies that existed on the way.</summary>
    public static List<Gossip> Random(Random random, int nodes, int steps)
    {
        var first = Node(0);
        var start = Gossip.Empty.ChangedBy(first, [Joining(first)]);
        var copies = Enumerable.Range(0, nodes).ToDictionary(static n => Node(n), _ => start);
        var all = new List<Gossip> { start };
        for (int step = 0; step < steps; step++)
        {
            var (at, gossip) = copies.ElementAt(random.Next(nodes));
            var changed = random.Next(3) == 0 ? gossip.Merge(copies.ElementAt(random.Next(nodes)).Value) : Change(random, gossip, at, nodes);
            // Who was removed hears nothing any more, and is not heard. (All but the first begin as guests of its state.)
            if (changed.Tombstones.ContainsKey(at)) continue;
            copies[at] = changed;
            all.Add(changed);
        }

        return all;
    }

    /// <summary>All that two states must agree in to be the same, in words.</summary>
    public static string Text(Gossip gossip) => string.Join(
        '\n',
        string.Join(' ', gossip.Members.Select(static m => $"{m.Address.Host}#{m.UniqueAddress.Uid}:{m.Status}:{m.UpNumber}")),
        string.Join(' ', gossip.Reachability.Records.Select(static r => $"{r.Observer.Uid}>{r.Subject.Uid}:{r.Status}:{r.Version}").Order(StringComparer.Ordinal)),
        string.Join(' ', gossip.Reachability.Versions.OrderBy(static v => v.Key.Uid).Select(static v => $"{v.Key.Uid}={v.Value}")),
        string.Join(' ', gossip.Version.Versions.Select(static v => $"{v.Key}={v.Value}")),
        string.Join(' ', gossip.Tombstones.OrderBy(static t => t.Key.Uid).Select(static t => $"{t.Key.Uid}@{t.Value}")));

    private static Gossip Change(Random random, Gossip gossip, UniqueAddress at, int nodes)
    {
        if (gossip.Members.IsEmpty) return gossip;
        var member = gossip.Members[random.Next(gossip.Members.Count)];
        switch (random.Next(4))
        {
            case 0:
                var newcomer = Node(random.Next(nodes), random.Next(3));
                return gossip.HasMember(newcomer) || gossip.Tombstones.ContainsKey(newcomer) ? gossip : gossip.ChangedBy(at, gossip.Members.Add(Joining(newcomer)));
            case 1:
                return Next(random, member) is { } next ? gossip.ChangedBy(at, gossip.Replace(next)) : gossip;
            case 2:
                if (!gossip.HasMember(at) || member.UniqueAddress.Equals(at)) return gossip;
                var table = gossip.Reachability.Set(at, member.UniqueAddress, (ReachabilityStatus)random.Next(3));
                return ReferenceEquals(table, gossip.Reachability) ? gossip : gossip.ChangedBy(at, reachability: table);
            default:
                return member.Status is MemberStatus.Down or MemberStatus.Exiting && !member.UniqueAddress.Equals(at)
                    ? gossip.ChangedBy(at).Without([member.UniqueAddress], 1_000 + random.Next(1_000))
                    : gossip;
        }
    }

    private static Member Next(Random random, Member member) => member.Status switch
    {
        _ when random.Next(6) == 0 && member.Status != MemberStatus.Down => member.Copy(MemberStatus.Down),
        MemberStatus.Joining => random.Next(2) == 0 ? member.CopyUp(1 + random.Next(5)) : member.Copy(MemberStatus.WeaklyUp),
        MemberStatus.WeaklyUp => member.CopyUp(1 + random.Next(5)),
        MemberStatus.Up => member.Copy(MemberStatus.Leaving),
        MemberStatus.Leaving => member.Copy(MemberStatus.Exiting),
        _ => null,
    };
}
