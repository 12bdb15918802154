using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Cluster;
using Akka.Cluster.Membership;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

/// <summary>
/// The rules of the membership over a network that loses, delays and reorders, on one thread and from one seed. A node that is killed says nothing
/// any more; the others notice at their own time.
/// </summary>
internal sealed class SimulatedCluster
{
    private static readonly MemberMinimum Minimum = new(1, ImmutableDictionary<string, int>.Empty);

    private readonly Random _random;
    private readonly double _loss;
    private readonly Dictionary<UniqueAddress, Gossip> _nodes = [];
    private readonly List<(UniqueAddress To, UniqueAddress From, Gossip Gossip)> _network = [];

    public SimulatedCluster(int seed, int nodes, double loss)
    {
        _random = new Random(seed);
        _loss = loss;
        var first = Histories.Node(0);
        _nodes[first] = Gossip.Empty.ChangedBy(first, [Histories.Joining(first)]);
        for (int i = 1; i < nodes; i++) _nodes[Histories.Node(i)] = Gossip.Empty;
    }

    public HashSet<UniqueAddress> Killed { get; } = [];

    public IEnumerable<KeyValuePair<UniqueAddress, Gossip>> Living => _nodes.Where(n => !Killed.Contains(n.Key));

    /// <summary>All the living agree, are Up, and nobody else is there.</summary>
    public bool IsSettled
    {
        get
        {
            var living = Living.Select(static n => n.Key).ToHashSet();
            string text = null;
            foreach (var (_, gossip) in Living)
            {
                if (gossip.Members.Count != living.Count || gossip.Members.Any(m => m.Status != MemberStatus.Up || !living.Contains(m.UniqueAddress))) return false;
                text ??= Histories.Text(gossip);
                if (text != Histories.Text(gossip)) return false;
            }

            return true;
        }
    }

    public void Kill(int node) => Killed.Add(Histories.Node(node));

    public void Step()
    {
        var (node, gossip) = Living.ElementAt(_random.Next(_nodes.Count - Killed.Count));
        switch (_random.Next(4))
        {
            case 0:
                Deliver();
                break;
            case 1:
                // Who stays Joining knocks again, if its welcome died with the giver nobody else knows of it.
                if (gossip.Find(node) is null or { Status: MemberStatus.Joining }) Join(node, Any(node));
                if (_nodes[node].HasMember(node)) GossipTo(node, Any(node));
                break;
            case 2:
                Lead(node);
                break;
            default:
                Notice(node);
                break;
        }
    }

    private UniqueAddress Any(UniqueAddress but)
    {
        var others = _nodes.Keys.Where(n => !n.Equals(but)).ToList();
        return others[_random.Next(others.Count)];
    }

    private void GossipTo(UniqueAddress from, UniqueAddress to)
    {
        if (_random.NextDouble() >= _loss) _network.Add((to, from, _nodes[from]));
    }

    /// <summary>Any message that is under way, so they overtake each other.</summary>
    private void Deliver()
    {
        if (_network.Count == 0) return;
        int at = _random.Next(_network.Count);
        var (to, from, remote) = _network[at];
        _network.RemoveAt(at);
        if (Killed.Contains(to)) return;
        var local = _nodes[to];
        if (!local.HasMember(to))
        {
            // A welcome.
            if (remote.HasMember(to)) _nodes[to] = remote.SeenBy(to);
            return;
        }

        bool isForsaken = local.Find(to).Status == MemberStatus.Joining && local.Members.All(m => m.UniqueAddress.Equals(to) || !local.Reachability.IsReachable(to, m.UniqueAddress));
        if (isForsaken && remote.HasMember(to) && local.Members.Count > 1)
        {
            _nodes[to] = remote.SeenBy(to);
            return;
        }

        if (!GossipExchange.IsAcceptable(local, to, from, to, remote)) return;
        _nodes[to] = GossipExchange.Receive(local, remote, to, out bool talkback).SeenBy(to);
        if (talkback) GossipTo(to, from);
    }

    private void Join(UniqueAddress node, UniqueAddress through)
    {
        if (Killed.Contains(through) || !_nodes[through].HasMember(through) || _random.NextDouble() < _loss) return;
        var gossip = _nodes[through];
        if (gossip.Tombstones.ContainsKey(node)) return;
        if (!gossip.HasMember(node)) _nodes[through] = gossip.ChangedBy(through, gossip.Members.Add(Histories.Joining(node)));
        GossipTo(through, node);
    }

    private void Lead(UniqueAddress node)
    {
        var gossip = _nodes[node];
        if (!node.Equals(gossip.Leader(node)) || !gossip.HasConverged(node, [])) return;
        _nodes[node] = LeaderRules.OnConvergence(gossip, node, [], Minimum, 1).Gossip;
    }

    /// <summary>The detector of one node about one other: right in the end, and then somebody downs the lost one.</summary>
    private void Notice(UniqueAddress node)
    {
        var gossip = _nodes[node];
        var other = Any(node);
        if (!gossip.HasMember(node) || gossip.Find(other) is not { } member || !Killed.Contains(other)) return;
        var table = gossip.Reachability.Set(node, other, ReachabilityStatus.Unreachable);
        if (!ReferenceEquals(table, gossip.Reachability)) _nodes[node] = gossip.ChangedBy(node, reachability: table);
        else if (member.Status != MemberStatus.Down) _nodes[node] = gossip.ChangedBy(node, gossip.Replace(member.Copy(MemberStatus.Down)));
    }
}
