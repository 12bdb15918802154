using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Cluster.Daemon;

/// <summary>The cluster's part in a coordinated shutdown: leave, wait until exiting, confirm, stop. A node that never joined has nothing to do.</summary>
internal static class ShutdownPhases
{
    public static void Register(Cluster cluster, IActorRef root)
    {
        var shutdown = CoordinatedShutdown.Get(cluster.System);
        var left = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exiting = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);

        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", () =>
        {
            if (!IsMember(cluster) || cluster.SelfMember.Status is MemberStatus.Exiting or MemberStatus.Down)
            {
                left.TrySetResult(Done.Instance);
                exiting.TrySetResult(Done.Instance);
            }
            else
            {
                cluster.System.SystemActorOf(Props.Create(() => new ExitWatcher(cluster, left, exiting)), "clusterExit");
                cluster.Leave(cluster.SelfAddress);
            }

            return left.Task;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExiting, "wait-exiting", () => exiting.Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", async () =>
        {
            if (!IsMember(cluster) || cluster.SelfMember.Status != MemberStatus.Exiting) return Done.Instance;
            await root.Ask<Done>(ExitingCompleted.Instance, shutdown.Timeout(CoordinatedShutdown.PhaseClusterExitingDone)).ConfigureAwait(false);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", async () =>
        {
            cluster.StopDaemon();
            await root.WatchAsync().ConfigureAwait(false);
            return Done.Instance;
        });
    }

    private static bool IsMember(Cluster cluster) => !cluster.IsTerminated && cluster.SelfMember.Status != MemberStatus.Removed;

    /// <summary>Completes its two tasks when this node is Leaving and when it is Exiting, or further on, or gone.</summary>
    private sealed class ExitWatcher : ReceiveActor
    {
        private readonly TaskCompletionSource<Done> _left;
        private readonly TaskCompletionSource<Done> _exiting;

        public ExitWatcher(Cluster cluster, TaskCompletionSource<Done> left, TaskCompletionSource<Done> exiting)
        {
            _left = left;
            _exiting = exiting;
            var self = cluster.SelfUniqueAddress;
            Receive<ClusterEvent.CurrentClusterState>(state =>
            {
                var status = MemberStatus.Removed;
                foreach (var member in state.Members)
                    if (member.UniqueAddress.Equals(self)) status = member.Status;
                Reached(status);
            });
            Receive<ClusterEvent.IMemberEvent>(e =>
            {
                if (e.Member.UniqueAddress.Equals(self)) Reached(e.Member.Status);
            });
            cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
        }

        protected override void PostStop()
        {
            _left.TrySetResult(Done.Instance);
            _exiting.TrySetResult(Done.Instance);
        }

        private void Reached(MemberStatus status)
        {
            if (status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up) return;
            _left.TrySetResult(Done.Instance);
            if (status != MemberStatus.Leaving) Context.Stop(Self);
        }
    }
}
