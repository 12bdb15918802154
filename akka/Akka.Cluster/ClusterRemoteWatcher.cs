using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// Remote death watch in a cluster: members are not watched by heartbeats; what is watched there is dead when the member is removed.
/// One that was removed after Down is quarantined; one that left gracefully is not.
/// </summary>
internal sealed class ClusterRemoteWatcher : RemoteWatcher
{
    private readonly HashSet<Address> _members = [];

    public ClusterRemoteWatcher(
        IFailureDetectorRegistry<Address> failureDetector, TimeSpan heartbeatInterval, TimeSpan unreachableReaperInterval, TimeSpan heartbeatExpectedResponseAfter)
        : base(failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter)
    {
    }

    public static new Props Props(
        IFailureDetectorRegistry<Address> failureDetector, TimeSpan heartbeatInterval, TimeSpan unreachableReaperInterval, TimeSpan heartbeatExpectedResponseAfter) =>
        Akka.Actor.Props.Create(() => new ClusterRemoteWatcher(failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SubscribeNow:
                // The extension is created after the watcher.
                Cluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
                break;
            case ClusterEvent.CurrentClusterState state:
                foreach (var member in state.Members) TakeOver(member.Address);
                break;
            case ClusterEvent.MemberRemoved removed:
                if (!_members.Remove(removed.Member.Address)) break;
                if (removed.PreviousStatus == MemberStatus.Down) Quarantine(removed.Member.Address, removed.Member.UniqueAddress.Uid);
                PublishAddressTerminated(removed.Member.Address);
                break;
            case ClusterEvent.IMemberEvent member:
                TakeOver(member.Member.Address);
                break;
            case ClusterEvent.IClusterDomainEvent:
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    protected override void WatchNode(IInternalActorRef watchee)
    {
        if (!_members.Contains(watchee.Path.Address)) base.WatchNode(watchee);
    }

    private void TakeOver(Address address)
    {
        if (!_members.Add(address)) return;
        UnwatchNode(address);
    }

    internal sealed class SubscribeNow
    {
        public static readonly SubscribeNow Instance = new();
    }
}
