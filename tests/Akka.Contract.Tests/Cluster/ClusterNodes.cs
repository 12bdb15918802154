using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.Cluster;

using AkkaCluster = Akka.Cluster.Cluster;
using static Akka.Cluster.ClusterEvent;

/// <summary>The kit's system and others as nodes of one cluster. Nobody is downed unless the test says so.</summary>
public abstract class ClusterNodes : TestKit.Xunit2.TestKit
{
    /// <summary>Patience for everything that must come.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Of gossip and of leader actions: what has not come by then does not come.</summary>
    protected static readonly TimeSpan ManyRounds = TimeSpan.FromMilliseconds(600);

    private const string Quick = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          actor.provider = cluster
          coordinated-shutdown.run-by-actor-system-terminate = off
          remote {
            dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            retry-gate-closed-for = 100ms
          }
          cluster {
            downing-provider-class = ""
            allow-weakly-up-members = off
            gossip-interval = 50ms
            leader-actions-interval = 50ms
            unreachable-nodes-reaper-interval = 50ms
            periodic-tasks-initial-delay = 20ms
            retry-unsuccessful-join-after = 300ms
            failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 1500ms, expected-response-after = 100ms }
          }
        }
        """;

    private readonly List<ActorSystem> _others = [];

    private readonly Config _settings;

    /// <summary>The settings are those of every node.</summary>
    protected ClusterNodes(string settings = "") : this(ConfigurationFactory.ParseString(settings).WithFallback(ConfigurationFactory.ParseString(Quick)))
    {
    }

    private ClusterNodes(Config settings) : base(settings, "members")
    {
        _settings = settings;
        Here = AkkaCluster.Get(Sys);
    }

    /// <summary>The kit's own node.</summary>
    protected AkkaCluster Here { get; }

    protected AkkaCluster Start(string settings = "")
    {
        var system = ActorSystem.Create("members", ConfigurationFactory.ParseString(settings).WithFallback(_settings));
        _others.Add(system);
        return AkkaCluster.Get(system);
    }

    protected AkkaCluster StartAgain(Address address) => Start("akka.remote.dot-netty.tcp.port = " + address.Port);

    /// <summary>Starts a node and waits until everybody knows that it is up.</summary>
    protected async Task<AkkaCluster> Join(string settings = "")
    {
        if (Here.SelfMember.Status != Akka.Cluster.MemberStatus.Up) await Here.JoinAsync(Here.SelfAddress).WaitAsync(Limit);
        var node = Start(settings);
        await node.JoinAsync(Here.SelfAddress).WaitAsync(Limit);
        await AwaitConditionAsync(() => Task.FromResult(AllUp()), Limit, TimeSpan.FromMilliseconds(10));
        return node;
    }

    /// <summary>Ends a node without a word to the others.</summary>
    protected static Task Crash(AkkaCluster node)
    {
        ((ExtendedActorSystem)node.System).Abort();
        return node.System.WhenTerminated.WaitAsync(Limit);
    }

    /// <summary>The events of membership and reachability, as this node sees them from now on.</summary>
    protected TestProbe Events(AkkaCluster? node = null)
    {
        node ??= Here;
        var probe = CreateTestProbe(node.System);
        node.Subscribe(probe.Ref, SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(IMemberEvent), typeof(IReachabilityEvent));
        probe.ExpectMsg<CurrentClusterState>(Limit);
        return probe;
    }

    /// <summary>Everything up to and including the first event that fits.</summary>
    protected static List<IClusterDomainEvent> Until(TestProbe events, Predicate<IClusterDomainEvent> last)
    {
        var seen = new List<IClusterDomainEvent>();
        do
        {
            seen.Add(events.ReceiveOne(Limit) as IClusterDomainEvent ?? throw new XunitException("saw only: " + string.Join("; ", seen)));
        }
        while (!last(seen[^1]));

        return seen;
    }

    /// <summary>What comes while many rounds go by.</summary>
    protected static IReadOnlyList<object> ManyRoundsOf(TestProbe events) => events.ReceiveWhile<object>(ManyRounds, message => message);

    /// <summary>Makes a living node unreachable: nobody there answers heartbeats any more.</summary>
    protected static async Task Silence(AkkaCluster node)
    {
        var receiver = await node.System.ActorSelection("/system/cluster/heartbeatReceiver").ResolveOne(Limit);
        await receiver.GracefulStop(Limit);
    }

    protected override void AfterAll()
    {
        foreach (var system in _others) ((ExtendedActorSystem)system).Abort();
        base.AfterAll();
        foreach (var system in _others) Shutdown(system, Limit);
    }

    private bool AllUp()
    {
        var living = _others.Where(system => !system.WhenTerminated.IsCompleted).Select(system => AkkaCluster.Get(system)).Append(Here).ToList();
        var joined = living.Where(node => node.SelfMember.Status == Akka.Cluster.MemberStatus.Up).ToList();
        return joined.All(node =>
            node.State.Members.Count(member => member.Status == Akka.Cluster.MemberStatus.Up) >= joined.Count && node.State.Unreachable.IsEmpty);
    }
}
