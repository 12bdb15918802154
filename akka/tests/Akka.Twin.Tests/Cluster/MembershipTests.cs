using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>Several systems in one process over real sockets.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly List<ActorSystem> _systems = [];

    [Fact]
    public async Task Three_nodes_come_up_and_see_the_same_members()
    {
        var (a, b, c) = await FormThree();
        foreach (var node in (AkkaCluster[])[a, b, c])
            await Until(node, s => s.Members.Count == 3 && s.Members.All(m => m.Status == MemberStatus.Up) && s.Unreachable.IsEmpty);
        Assert.Equal(a.State.Leader, b.State.Leader);
    }

    [Fact]
    public async Task A_killed_node_becomes_unreachable_and_a_downing_removes_it()
    {
        var (a, b, c) = await FormThree();
        var gone = c.SelfAddress;
        var removed = Removed(a, gone);
        ((ExtendedActorSystem)c.System).Abort();
        await c.System.WhenTerminated.WaitAsync(Limit);
        await Until(a, s => s.Unreachable.Any(m => m.Address.Equals(gone)));
        Assert.Contains(a.State.Members, m => m.Address.Equals(gone));
        a.Down(gone);
        Assert.Equal(MemberStatus.Down, (await removed.WaitAsync(Limit)).PreviousStatus);
        await Until(b, s => s.Members.Count == 2);
    }

    [Fact]
    public async Task A_leaving_node_is_removed_without_a_downing_and_its_system_ends()
    {
        var (a, b, c) = await FormThree();
        var gone = c.SelfAddress;
        var removed = Removed(a, gone);
        c.Leave(gone);
        await c.System.WhenTerminated.WaitAsync(Limit);
        Assert.Equal(MemberStatus.Exiting, (await removed.WaitAsync(Limit)).PreviousStatus);
        await Until(b, s => s.Members.Count == 2 && s.Unreachable.IsEmpty);
        Assert.True(c.IsTerminated);
    }

    [Fact]
    public async Task A_new_incarnation_at_the_same_address_replaces_the_old_one()
    {
        var (a, _, c) = await FormThree();
        var address = c.SelfAddress;
        int oldUid = c.SelfUniqueAddress.Uid;
        ((ExtendedActorSystem)c.System).Abort();
        await c.System.WhenTerminated.WaitAsync(Limit);
        var again = Start(address.Port!.Value);
        Assert.NotEqual(oldUid, again.SelfUniqueAddress.Uid);
        await again.JoinAsync(a.SelfAddress, new CancellationTokenSource(Limit).Token);
        await Until(a, s => s.Members.Count == 3 && s.Members.Any(m => m.UniqueAddress.Equals(again.SelfUniqueAddress) && m.Status == MemberStatus.Up));
        Assert.DoesNotContain(a.State.Members, m => m.UniqueAddress.Uid == oldUid);
    }

    [Fact]
    public async Task A_downed_node_ends_its_system()
    {
        var (a, _, c) = await FormThree();
        a.Down(c.SelfAddress);
        await c.System.WhenTerminated.WaitAsync(Limit);
        await Until(a, s => s.Members.Count == 2);
    }

    [Fact]
    public async Task Seed_nodes_started_together_form_one_cluster()
    {
        var nodes = new[] { Start(0), Start(0), Start(0) };
        var seeds = nodes.Select(n => n.SelfAddress).ToArray();
        foreach (var node in nodes) node.JoinSeedNodes(seeds);
        foreach (var node in nodes) await Until(node, s => s.Members.Count == 3 && s.Members.All(m => m.Status == MemberStatus.Up));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var system in _systems) ((ExtendedActorSystem)system).Abort();
        await Task.WhenAll(_systems.Select(s => s.WhenTerminated.WaitAsync(Limit)));
    }

    private async Task<(AkkaCluster, AkkaCluster, AkkaCluster)> FormThree()
    {
        var a = Start(0);
        await a.JoinAsync(a.SelfAddress).WaitAsync(Limit);
        var b = Start(0);
        var c = Start(0);
        await Task.WhenAll(b.JoinAsync(a.SelfAddress), c.JoinAsync(a.SelfAddress)).WaitAsync(Limit);
        foreach (var node in (AkkaCluster[])[a, b, c]) await Until(node, s => s.Members.Count == 3 && s.Members.All(m => m.Status == MemberStatus.Up));
        return (a, b, c);
    }

    private AkkaCluster Start(int port)
    {
        var system = ActorSystem.Create("members", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = WARNING
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
              remote.retry-gate-closed-for = 100ms
              cluster {
                gossip-interval = 100ms
                leader-actions-interval = 100ms
                unreachable-nodes-reaper-interval = 100ms
                periodic-tasks-initial-delay = 50ms
                retry-unsuccessful-join-after = 500ms
                failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 2500ms, expected-response-after = 200ms }
              }
            }
            """));
        _systems.Add(system);
        return AkkaCluster.Get(system);
    }

    private static Task<ClusterEvent.MemberRemoved> Removed(AkkaCluster at, Address address)
    {
        var result = new TaskCompletionSource<ClusterEvent.MemberRemoved>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<ClusterEvent.CurrentClusterState> onState = _ => { };
        Action<ClusterEvent.MemberRemoved> onRemoved = removed =>
        {
            if (removed.Member.Address.Equals(address)) result.TrySetResult(removed);
        };
        at.System.ActorOf(Props.Create(() => new Watcher(at, onState, onRemoved)));
        return result.Task;
    }

    /// <summary>Waits for a state by its events.</summary>
    private static async Task Until(AkkaCluster at, Func<ClusterEvent.CurrentClusterState, bool> condition)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<ClusterEvent.CurrentClusterState> onState = state =>
        {
            if (condition(state)) met.TrySetResult();
        };
        Action<ClusterEvent.MemberRemoved> onRemoved = _ => { };
        var watcher = at.System.ActorOf(Props.Create(() => new Watcher(at, onState, onRemoved)));
        try
        {
            await met.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{at.SelfAddress} sees {string.Join("; ", at.State.Members)}, unreachable {string.Join("; ", at.State.Unreachable)}");
        }
        finally
        {
            at.System.Stop(watcher);
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(AkkaCluster cluster, Action<ClusterEvent.CurrentClusterState> onState, Action<ClusterEvent.MemberRemoved> onRemoved)
        {
            Receive<ClusterEvent.CurrentClusterState>(onState);
            Receive<ClusterEvent.IClusterDomainEvent>(e =>
            {
                if (e is ClusterEvent.MemberRemoved removed) onRemoved(removed);
                onState(cluster.State);
            });
            cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        }
    }
}
