using Akka.Actor;
using Akka.Contract.Tests.Remote;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using static Akka.Cluster.ClusterEvent;

public class ClusterWatchTests : ClusterNodes
{
    [Fact]
    public async Task Who_is_unreachable_is_not_dead_and_who_is_removed_is_dead_with_all_its_actors()
    {
        // Should the other one end itself, its actors would die of that.
        var other = await Join("akka.cluster.run-coordinated-shutdown-when-down = off");
        var first = await Far(other, "first");
        var second = await Far(other, "second");
        var watcher = CreateTestProbe();
        watcher.Watch(first);
        watcher.Watch(second);
        var events = Events();

        await Silence(other);
        Until(events, e => e is UnreachableMember);
        watcher.ExpectNoMsg(ManyRounds);

        Here.Down(other.SelfAddress);
        Until(events, e => e is MemberRemoved);
        var dead = new[] { watcher.ExpectMsg<Terminated>(Limit), watcher.ExpectMsg<Terminated>(Limit) };
        Assert.Equal(new HashSet<IActorRef> { first, second }, dead.Select(terminated => terminated.ActorRef).ToHashSet());
        Assert.All(dead, terminated => Assert.True(terminated.AddressTerminated));
    }

    private Task<IActorRef> Far(Akka.Cluster.Cluster node, string name)
    {
        node.System.ActorOf(Props.Create<Echo>(), name);
        return Sys.ActorSelection(node.SelfAddress + "/user/" + name).ResolveOne(Limit);
    }
}
