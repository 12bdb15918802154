using System.Collections.Immutable;
using Akka.Cluster;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using static Akka.Cluster.ClusterEvent;

public class MembershipTests : ClusterNodes
{
    [Fact]
    public async Task A_member_stays_the_same_whatever_its_status()
    {
        var events = Events();
        var other = await Join();
        var up = (MemberUp)Until(events, e => e is MemberUp { Member: var member } && member.UniqueAddress.Equals(other.SelfUniqueAddress))[^1];

        Here.Down(other.SelfAddress);
        var removed = (MemberRemoved)Until(events, e => e is MemberRemoved)[^1];

        Assert.Equal((MemberStatus.Up, MemberStatus.Removed, MemberStatus.Down), (up.Member.Status, removed.Member.Status, removed.PreviousStatus));
        Assert.Equal(up.Member, removed.Member);
        Assert.Equal(MemberStatus.Up, Assert.Single(ImmutableHashSet.Create(up.Member).Add(removed.Member)).Status);
        Assert.Equal(MemberStatus.Removed, Assert.Single(ImmutableHashSet.Create(up.Member).Remove(removed.Member).Add(removed.Member)).Status);
    }

    [Fact]
    public async Task One_unreachable_member_holds_back_joins_and_leaves_until_it_is_downed()
    {
        var leaving = await Join();
        var lost = await Join();
        var events = Events();
        await Crash(lost);
        Until(events, e => e is UnreachableMember { Member: var member } && member.UniqueAddress.Equals(lost.SelfUniqueAddress));

        var joining = Start();
        joining.Join(Here.SelfAddress);
        Until(events, e => e is MemberJoined);
        leaving.Leave(leaving.SelfAddress);
        Until(events, e => e is MemberLeft);
        Assert.DoesNotContain(ManyRoundsOf(events), e => e is IMemberEvent);

        Here.Down(lost.SelfAddress);
        Until(events, e => e is MemberRemoved { Member: var member } && member.UniqueAddress.Equals(lost.SelfUniqueAddress));
        await AwaitConditionAsync(
            () => Task.FromResult(Here.State.Members.Count == 2 && joining.SelfMember.Status == MemberStatus.Up), Limit, TimeSpan.FromMilliseconds(10));
    }
}

public class DelayedStartTests() : ClusterNodes("akka.cluster.min-nr-of-members = 2")
{
    [Fact]
    public async Task Not_even_the_first_node_is_up_before_there_are_enough()
    {
        var events = Events();
        Here.Join(Here.SelfAddress);
        Until(events, e => e is MemberJoined);
        var other = Start();

        await other.JoinAsync(Here.SelfAddress).WaitAsync(Limit);

        // Of the first only the joining has been seen before.
        Assert.IsType<MemberJoined>(Until(events, _ => true)[0]);
        Until(events, e => e is MemberUp { Member: var member } && member.UniqueAddress.Equals(Here.SelfUniqueAddress));
    }
}
