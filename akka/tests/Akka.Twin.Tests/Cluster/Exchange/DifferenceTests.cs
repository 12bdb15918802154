using System.Linq;
using Akka.Cluster;
using Akka.Cluster.Membership;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Exchange;

public sealed class DifferenceTests
{
    private static readonly UniqueAddress A = Histories.Node(0);
    private static readonly UniqueAddress B = Histories.Node(1);
    private static readonly UniqueAddress B2 = Histories.Node(1, uid: 1);
    private static readonly UniqueAddress C = Histories.Node(2);

    [Fact]
    public void Members_come_first_then_who_is_lost_and_found_then_the_leaders()
    {
        var before = Gossip.Empty.ChangedBy(A, [Up(A, 1), Up(B, 2), Histories.Joining(C)]);
        before = before.ChangedBy(A, reachability: before.Reachability.Set(B, C, ReachabilityStatus.Unreachable));
        var after = before.ChangedBy(A, before.Replace(Up(C, 3)), before.Reachability.Set(B, C, ReachabilityStatus.Reachable).Set(C, A, ReachabilityStatus.Unreachable));

        Assert.Equal("MemberUp UnreachableMember ReachableMember LeaderChanged RoleLeaderChanged", Text(before, after, B));
        // Nobody is told that he himself cannot be reached, and to himself he leads on.
        Assert.Equal("MemberUp ReachableMember", Text(before, after, A));
    }

    [Fact]
    public void The_removal_of_an_incarnation_precedes_its_successor()
    {
        var before = Gossip.Empty.ChangedBy(A, [Up(A, 1), Up(B, 2), Up(C, 3)]);
        var after = before.ChangedBy(A).Without([B, C], 1);
        after = after.ChangedBy(A, after.Members.Add(Histories.Joining(B2)));

        Assert.Equal("MemberRemoved MemberJoined MemberRemoved", Text(before, after, A));
    }

    [Fact]
    public void A_removed_member_is_Removed_and_was_what_it_was()
    {
        var before = Gossip.Empty.ChangedBy(A, [Up(A, 1), Up(B, 2).Copy(MemberStatus.Down)]);
        var removed = Assert.IsType<ClusterEvent.MemberRemoved>(Assert.Single(GossipDifference.Between(before, before.ChangedBy(A).Without([B], 1), A)));
        Assert.Equal((MemberStatus.Removed, MemberStatus.Down), (removed.Member.Status, removed.PreviousStatus));
    }

    [Fact]
    public void Nothing_is_said_of_what_only_the_version_and_the_seen_set_tell()
    {
        var before = Gossip.Empty.ChangedBy(A, [Up(A, 1), Up(B, 2)]);
        Assert.Equal("", Text(before, before.SeenBy(B), A));
        Assert.Equal("", Text(before, before.ChangedBy(B), A));
    }

    private static Member Up(UniqueAddress node, int number) => Histories.Joining(node).CopyUp(number);

    private static string Text(Gossip before, Gossip after, UniqueAddress self) =>
        string.Join(' ', GossipDifference.Between(before, after, self).Select(static e => e.GetType().Name));
}
