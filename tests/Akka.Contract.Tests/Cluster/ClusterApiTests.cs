using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Cluster;

using AkkaCluster = Akka.Cluster.Cluster;
using static Akka.Cluster.ClusterEvent;

public class ClusterApiTests : ClusterNodes
{
    [Fact]
    public void Before_it_joins_a_node_is_nowhere()
    {
        Assert.Equal(MemberStatus.Removed, Here.SelfMember.Status);
        Assert.Empty(Here.State.Members);
        Assert.Null(Here.State.Leader);
        Assert.False(Here.IsUp);
        Assert.False(Here.IsTerminated);
    }

    [Fact]
    public void Without_the_cluster_provider_there_is_no_cluster()
    {
        using var local = ActorSystem.Create("local", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
        Assert.Throws<ConfigurationException>(() => AkkaCluster.Get(local));
    }

    [Fact]
    public void Only_what_a_cluster_publishes_can_be_subscribed_to()
    {
        Assert.Throws<ArgumentException>(() => Here.Subscribe(TestActor));
        Assert.Throws<ArgumentException>(() => Here.Subscribe(TestActor, typeof(string)));
    }

    [Fact]
    public async Task A_subscriber_is_first_told_what_is_so_already_in_the_way_it_asked_for()
    {
        await Join();
        var (snapshot, events) = (CreateTestProbe(), CreateTestProbe());

        Here.Subscribe(snapshot.Ref, typeof(MemberUp), typeof(LeaderChanged));
        Here.Subscribe(events.Ref, InitialStateAsEvents, typeof(MemberUp));

        Assert.Equal(2, snapshot.ExpectMsg<CurrentClusterState>(Limit).Members.Count);
        Assert.Equal(
            Here.State.Members.Select(member => member.Address),
            new[] { events.ExpectMsg<MemberUp>(Limit).Member, events.ExpectMsg<MemberUp>(Limit).Member }.Order().Select(member => member.Address));
        await Join();
        Assert.Equal(snapshot.ExpectMsg<MemberUp>(Limit).Member, events.ExpectMsg<MemberUp>(Limit).Member);
    }

    [Fact]
    public async Task Who_has_unsubscribed_is_told_nothing_more()
    {
        await Here.JoinAsync(Here.SelfAddress).WaitAsync(Limit);
        var (all, partly) = (CreateTestProbe(), CreateTestProbe());
        foreach (var probe in new[] { all, partly }) Here.Subscribe(probe.Ref, typeof(MemberJoined), typeof(MemberUp));
        foreach (var probe in new[] { all, partly }) probe.ExpectMsg<CurrentClusterState>(Limit);

        Here.Unsubscribe(all.Ref);
        Here.Unsubscribe(partly.Ref, typeof(MemberJoined));
        await Join();

        partly.ExpectMsg<MemberUp>(Limit);
        Here.SendCurrentClusterState(all.Ref);
        all.ExpectMsg<CurrentClusterState>(Limit);
    }

    [Fact]
    public async Task A_callback_for_Up_runs_once_when_it_is_so_and_at_once_when_it_is_so_already()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Here.RegisterOnMemberUp(ran.SetResult);
        Assert.False(ran.Task.IsCompleted);
        await Here.JoinAsync(Here.SelfAddress).WaitAsync(Limit);
        await ran.Task.WaitAsync(Limit);

        bool again = false;
        await AwaitConditionAsync(() => Task.FromResult(Here.IsUp), Limit, TimeSpan.FromMilliseconds(10));
        Here.RegisterOnMemberUp(() => again = true);
        Assert.True(again);
    }

    [Fact]
    public async Task Leaving_completes_when_the_node_is_removed_and_calls_back()
    {
        var leaving = await Join();
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        leaving.RegisterOnMemberRemoved(removed.SetResult);
        var events = Events();

        await Task.WhenAll(leaving.LeaveAsync(), leaving.LeaveAsync()).WaitAsync(Limit);

        await removed.Task.WaitAsync(Limit);
        await leaving.System.WhenTerminated.WaitAsync(Limit);
        Assert.True(leaving.IsTerminated);
        bool atOnce = false;
        leaving.RegisterOnMemberRemoved(() => atOnce = true);
        Assert.True(atOnce);
        var last = (MemberRemoved)Until(events, e => e is MemberRemoved)[^1];
        Assert.Equal((leaving.SelfUniqueAddress, MemberStatus.Exiting), (last.Member.UniqueAddress, last.PreviousStatus));
    }

    [Fact]
    public async Task A_coordinated_shutdown_takes_leave_of_the_others()
    {
        var leaving = await Join();
        var events = Events();

        await CoordinatedShutdown.Get(leaving.System).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);

        var seen = Until(events, e => e is MemberRemoved);
        Assert.Equal([typeof(MemberLeft), typeof(MemberExited), typeof(MemberRemoved)], seen.OfType<IMemberEvent>().Select(e => e.GetType()));
    }

    [Fact]
    public async Task A_join_that_is_given_up_fails()
    {
        var nobody = new Address("akka.tcp", Sys.Name, "127.0.0.1", 1);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAsync<ClusterJoinFailedException>(() => Here.JoinAsync(nobody, limit.Token)).WaitAsync(Limit);
    }

    [Fact]
    public async Task A_system_of_another_name_is_not_joined()
    {
        var node = await Join();
        var events = Events(); // the kit's node is the one that is asked for
        var stranger = ActorSystem.Create("strangers", ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.port = 0").WithFallback(Sys.Settings.Config));
        try
        {
            AkkaCluster.Get(stranger).Join(Here.SelfAddress);
            AkkaCluster.Get(stranger).Join(Here.SelfAddress.WithSystem("strangers"));
            Assert.DoesNotContain(ManyRoundsOf(events), e => e is MemberJoined);
            Assert.Equal(2, node.State.Members.Count);
        }
        finally
        {
            ((ExtendedActorSystem)stranger).Abort();
            await stranger.WhenTerminated.WaitAsync(Limit);
        }
    }

    [Fact]
    public async Task The_state_knows_roles_their_leaders_and_versions()
    {
        var node = await Join("akka.cluster { roles = [front, back], app-version = \"2.0.0\" }");

        await AwaitConditionAsync(() => Task.FromResult(Here.State.RoleLeader("back") is not null), Limit, TimeSpan.FromMilliseconds(10));
        Assert.Equal(["back", "front"], Here.State.AllRoles.Order());
        Assert.Equal(node.SelfAddress, Here.State.RoleLeader("front"));
        Assert.Null(Here.State.RoleLeader("none"));
        Assert.True(Here.State.HasMoreThanOneAppVersion);
        Assert.Equal(["back", "front"], node.SelfRoles.Order());
        Assert.True(node.SelfMember.HasRole("back"));
    }

    [Fact]
    public async Task Age_is_the_order_of_coming_up()
    {
        var second = await Join();
        var third = await Join();

        Assert.Equal(
            [Here.SelfUniqueAddress, second.SelfUniqueAddress, third.SelfUniqueAddress],
            Here.State.Members.Order(Member.AgeOrdering).Select(member => member.UniqueAddress));
    }

    [Fact]
    public async Task Who_waits_for_members_of_a_role_is_not_up_before_they_are_there()
    {
        const string Wait = "akka.cluster.role.worker.min-nr-of-members = 1";
        var first = Start(Wait);
        var joined = first.JoinAsync(first.SelfAddress);
        var idle = Start(Wait);
        idle.Join(first.SelfAddress);
        await AwaitConditionAsync(() => Task.FromResult(first.State.Members.Count == 2), Limit, TimeSpan.FromMilliseconds(10));
        Assert.All(first.State.Members, member => Assert.Equal(MemberStatus.Joining, member.Status));

        var worker = Start(Wait + "\nakka.cluster.roles = [worker]");
        await worker.JoinAsync(first.SelfAddress).WaitAsync(Limit);

        await joined.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_node_that_finds_no_seed_gives_up_when_it_is_told_to()
    {
        var nobody = new Address("akka.tcp", Sys.Name, "127.0.0.1", 1);
        var lost = Start("akka.cluster { seed-node-timeout = 200ms, shutdown-after-unsuccessful-join-seed-nodes = 500ms }");
        lost.JoinSeedNodes([nobody]);
        await lost.System.WhenTerminated.WaitAsync(Limit);
        Assert.IsType<CoordinatedShutdown.ClusterJoinUnsuccessfulReason>(CoordinatedShutdown.Get(lost.System).ShutdownReason);
    }
}
