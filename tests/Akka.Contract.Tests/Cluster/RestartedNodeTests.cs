using Akka.Cluster;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using static Akka.Cluster.ClusterEvent;

public class RestartedNodeTests : ClusterNodes
{
    [Fact]
    public async Task The_old_incarnation_is_downed_and_removed_before_the_new_one_joins()
    {
        var old = await Join();
        var oldIdentity = old.SelfUniqueAddress;
        var events = Events();
        await Crash(old);
        var again = StartAgain(oldIdentity.Address);
        Assert.Equal(oldIdentity.Address, again.SelfAddress);
        Assert.NotEqual(oldIdentity, again.SelfUniqueAddress);

        await again.JoinAsync(Here.SelfAddress).WaitAsync(Limit);

        var seen = Until(events, e => e is MemberUp { Member: var member } && member.UniqueAddress.Equals(again.SelfUniqueAddress));
        var downed = seen.FindIndex(e => e is MemberDowned { Member: var member } && member.UniqueAddress.Equals(oldIdentity));
        var unreachable = seen.FindIndex(e => e is UnreachableMember { Member: var member } && member.UniqueAddress.Equals(oldIdentity));
        var removed = seen.FindIndex(e => e is MemberRemoved { PreviousStatus: MemberStatus.Down, Member: var member } && member.UniqueAddress.Equals(oldIdentity));
        var joined = seen.FindIndex(e => e is MemberJoined { Member: var member } && member.UniqueAddress.Equals(again.SelfUniqueAddress));
        Assert.True(downed >= 0 && unreachable >= 0 && downed < removed && unreachable < removed && removed < joined, string.Join("; ", seen));
    }

    [Fact]
    public async Task A_restarted_node_waits_outside_while_another_member_is_unreachable()
    {
        var old = await Join();
        var lost = await Join();
        var address = old.SelfAddress;
        var events = Events();
        await Crash(lost);
        Until(events, e => e is UnreachableMember { Member: var member } && member.UniqueAddress.Equals(lost.SelfUniqueAddress));
        await Crash(old);
        var again = StartAgain(address);
        again.Join(Here.SelfAddress);

        Until(events, e => e is MemberDowned { Member: var member } && member.Address.Equals(address));
        Assert.DoesNotContain(ManyRoundsOf(events), e => e is MemberRemoved or MemberJoined);
        Assert.Contains(Here.State.Members, member => member.UniqueAddress.Equals(old.SelfUniqueAddress));

        Here.Down(lost.SelfAddress);
        Until(events, e => e is MemberUp { Member: var member } && member.UniqueAddress.Equals(again.SelfUniqueAddress));
        await AwaitConditionAsync(() => Task.FromResult(Here.State.Members.Count == 2), Limit, TimeSpan.FromMilliseconds(10));
    }
}
