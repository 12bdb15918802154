using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Cluster;

namespace Bench;

using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// A node in a process of its own. Says "started", and then, each with the time on the machine's steady clock: "up" when it sees all members
/// Up and reachable, "unreachable" and "removed". Ends with its stdin.
/// </summary>
internal static class ClusterNode
{
    public const string Part = "cluster-node";

    /// <param name="arguments">Port, seed nodes separated by commas, number of members.</param>
    public static int Run(string[] arguments)
    {
        var members = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var system = BenchSystem.Create("bench", $$"""
            akka {
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{arguments[0]}} }
              cluster {
                seed-nodes = [{{string.Join(", ", arguments[1].Split(',').Select(seed => $"\"akka.tcp://bench@127.0.0.1:{seed}\""))}}]
                log-info = off
                failure-detector.acceptable-heartbeat-pause = 2s
                split-brain-resolver { active-strategy = keep-majority, stable-after = 3s }
              }
            }
            """);
        Say("started");
        system.ActorOf(Props.Create(() => new Reporter(AkkaCluster.Get(system), members)));
        Console.In.ReadToEnd();
        return 0;
    }

    private static void Say(string what)
    {
        Console.Out.WriteLine($"{what} {Stopwatch.GetTimestamp()}");
        Console.Out.Flush();
    }

    private sealed class Reporter : ReceiveActor
    {
        private readonly AkkaCluster _cluster;
        private readonly int _members;
        private bool _up;

        public Reporter(AkkaCluster cluster, int members)
        {
            _cluster = cluster;
            _members = members;
            Receive<ClusterEvent.CurrentClusterState>(_ => Look());
            Receive<ClusterEvent.UnreachableMember>(_ => Say("unreachable"));
            Receive<ClusterEvent.MemberRemoved>(_ => Say("removed"));
            Receive<ClusterEvent.IClusterDomainEvent>(_ => Look());
        }

        protected override void PreStart() =>
            _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

        private void Look()
        {
            var state = _cluster.State;
            if (_up || state.Members.Count != _members || state.Unreachable.Count > 0 || state.Members.Any(member => member.Status != MemberStatus.Up))
                return;
            _up = true;
            Say("up");
        }
    }
}
