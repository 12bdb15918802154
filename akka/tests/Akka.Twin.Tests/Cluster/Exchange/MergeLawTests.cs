using System;
using Akka.Cluster.Membership;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

/// <summary>Whatever the order in which changes reach a node, it ends with the same state.</summary>
public sealed class MergeLawTests
{
    private const int Seeds = 60;
    private const int Triples = 60;

    [Fact]
    public void Merging_commutes_associates_and_is_idempotent()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var states = Histories.Random(random, nodes: 2 + (seed % 5), steps: 80);
            for (int i = 0; i < Triples; i++)
            {
                var (a, b, c) = (states[random.Next(states.Count)], states[random.Next(states.Count)], states[random.Next(states.Count)]);
                Same(a.Merge(b), b.Merge(a), "commutes", seed);
                Same(a.Merge(b).Merge(c), a.Merge(b.Merge(c)), "associates", seed);
                Same(a.Merge(a), a, "is idempotent", seed);
                Same(a.Merge(b).Merge(b), a.Merge(b), "absorbs", seed);
            }
        }
    }

    [Fact]
    public void A_state_from_before_a_removal_does_not_bring_the_removed_back()
    {
        var (a, b) = (Histories.Node(0), Histories.Node(1));
        var both = Gossip.Empty.ChangedBy(a, [Histories.Joining(a).CopyUp(1), Histories.Joining(b).CopyUp(2)]);
        var stale = both.ChangedBy(b, reachability: both.Reachability.Set(b, a, ReachabilityStatus.Unreachable));
        var removed = both.ChangedBy(a).Without([b], 1);

        var merged = removed.Merge(stale);

        Assert.False(merged.HasMember(b));
        Assert.True(merged.Unreachable.IsEmpty);
        Assert.DoesNotContain(VectorClock.NameOf(b), merged.Version.Versions.Keys);
    }

    [Fact]
    public void What_was_removed_long_ago_is_forgotten()
    {
        var (a, b, c) = (Histories.Node(0), Histories.Node(1), Histories.Node(2));
        var all = Gossip.Empty.ChangedBy(a, [Histories.Joining(a), Histories.Joining(b), Histories.Joining(c)]);
        long day = (long)Gossip.TombstoneLife.TotalMilliseconds;
        var later = all.Without([b], 1_000).Without([c], 1_001 + day);
        Assert.Equal([c], later.Tombstones.Keys);
    }

    private static void Same(Gossip left, Gossip right, string law, int seed)
    {
        string l = Histories.Text(left), r = Histories.Text(right);
        if (l != r) Assert.Fail($"seed {seed}: merging no longer {law}:\n{l}\n--\n{r}");
    }
}
