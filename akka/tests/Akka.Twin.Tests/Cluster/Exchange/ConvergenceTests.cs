using System.Linq;
using Akka.Cluster.Membership;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

public sealed class ConvergenceTests
{
    private const int StepsMax = 200_000;

    [Theory]
    [InlineData(3, 0.0)]
    [InlineData(3, 0.5)]
    [InlineData(7, 0.3)]
    [InlineData(7, 0.8)]
    public void All_come_up_and_agree_however_many_messages_are_lost(int nodes, double loss)
    {
        for (int seed = 0; seed < 20; seed++) Settle(new SimulatedCluster(seed, nodes, loss), seed);
    }

    [Theory]
    [InlineData(5, 0.3, 1)]
    [InlineData(5, 0.3, 2)]
    [InlineData(7, 0.6, 3)]
    public void The_killed_are_removed_and_the_others_agree(int nodes, double loss, int killed)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var cluster = new SimulatedCluster(seed, nodes, loss);
            Settle(cluster, seed);
            for (int i = 0; i < killed; i++) cluster.Kill((seed + i) % nodes);
            Settle(cluster, seed);
        }
    }

    [Fact]
    public void Who_dies_while_others_are_joining_does_not_hold_them_up_for_ever()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var cluster = new SimulatedCluster(seed, 6, 0.3);
            for (int step = 0; step < 60 + (seed * 5); step++) cluster.Step();
            cluster.Kill(5);
            cluster.Kill(4);
            Settle(cluster, seed);
        }
    }

    [Fact]
    public void A_leader_does_nothing_before_all_have_seen_it()
    {
        var (a, b, c) = (Histories.Node(0), Histories.Node(1), Histories.Node(2));
        var gossip = Gossip.Empty.ChangedBy(a, [Histories.Joining(a).CopyUp(1), Histories.Joining(b).CopyUp(2), Histories.Joining(c)]);
        Assert.False(gossip.HasConverged(a, []));
        Assert.True(gossip.SeenBy(b).HasConverged(a, [])); // who is only joining need not have seen it
        var lost = gossip.ChangedBy(a, reachability: gossip.Reachability.Set(a, c, ReachabilityStatus.Unreachable)).SeenBy(b);
        Assert.False(lost.HasConverged(a, []));
        var downed = lost.ChangedBy(a, lost.Replace(lost.Find(c).Copy(Akka.Cluster.MemberStatus.Down))).SeenBy(b);
        Assert.True(downed.HasConverged(a, []));
    }

    private static void Settle(SimulatedCluster cluster, int seed)
    {
        for (int step = 0; step < StepsMax; step++)
        {
            cluster.Step();
            if (step % 16 == 0 && cluster.IsSettled) return;
        }

        Assert.Fail($"seed {seed}: not settled\n" + string.Join("\n==\n", cluster.Living.Select(static n => n.Key + "\n" + Histories.Text(n.Value))));
    }
}
