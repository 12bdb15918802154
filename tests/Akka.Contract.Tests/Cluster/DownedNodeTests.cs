using Akka.Cluster;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using static Akka.Cluster.ClusterEvent;

public class DownedNodeTests : ClusterNodes
{
    [Fact]
    public async Task A_downed_or_left_system_ends_itself()
    {
        var downed = await Join();
        var leaving = await Join();
        Here.Down(downed.SelfAddress);
        leaving.Leave(leaving.SelfAddress);
        await Task.WhenAll(downed.System.WhenTerminated, leaving.System.WhenTerminated).WaitAsync(Limit);
        Assert.True(downed.IsTerminated);
        Assert.True(leaving.IsTerminated);
    }

    [Fact]
    public async Task A_downed_node_that_was_kept_alive_cannot_come_back()
    {
        var other = await Join("akka.cluster.run-coordinated-shutdown-when-down = off");
        var removed = new TaskCompletionSource();
        other.RegisterOnMemberRemoved(() => removed.TrySetResult());
        var events = Events();
        Here.Down(other.SelfAddress);
        Until(events, e => e is MemberRemoved);
        await removed.Task.WaitAsync(Limit);

        other.Join(Here.SelfAddress);

        events.ExpectNoMsg(ManyRounds);
        Assert.Single(Here.State.Members);
        Assert.False(other.System.WhenTerminated.IsCompleted);
    }
}
