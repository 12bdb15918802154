using System;
using System.Threading.Tasks;
using Akka.Actor;

namespace Akka.Cluster.Daemon;

/// <summary>The cluster's part in a coordinated shutdown: leave, wait until exiting, confirm, stop.</summary>
internal static class ShutdownPhases
{
    public static void Register(Cluster cluster, IActorRef root)
    {
        var shutdown = CoordinatedShutdown.Get(cluster.System);
        var exiting = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);

        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", async () =>
        {
            if (!IsMember(cluster) || cluster.SelfMember.Status is MemberStatus.Exiting or MemberStatus.Down) return Done.Instance;
            cluster.System.ActorOf(Props.Create(() => new ExitWatcher(cluster, exiting)));
            cluster.Leave(cluster.SelfAddress);
            return await exiting.Task.ConfigureAwait(false);
        });
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

    /// <summary>Completes when this node is Exiting, or gone.</summary>
    private sealed class ExitWatcher : ReceiveActor
    {
        public ExitWatcher(Cluster cluster, TaskCompletionSource<Done> exiting)
        {
            var self = cluster.SelfUniqueAddress;
            Receive<ClusterEvent.CurrentClusterState>(state =>
            {
                foreach (var member in state.Members)
                    if (member.UniqueAddress.Equals(self) && member.Status is not (MemberStatus.Exiting or MemberStatus.Down)) return;
                Finish();
            });
            Receive<ClusterEvent.IMemberEvent>(e =>
            {
                if (e.Member.UniqueAddress.Equals(self) && e is ClusterEvent.MemberExited or ClusterEvent.MemberRemoved or ClusterEvent.MemberDowned) Finish();
            });
            Receive<ClusterEvent.IClusterDomainEvent>(static _ => { });

            void Finish()
            {
                exiting.TrySetResult(Done.Instance);
                Context.Stop(Self);
            }

            cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
        }
    }
}
