using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Daemon;

namespace Akka.Cluster.Heartbeats;

/// <summary>Beats to the receivers of the ring and feeds the failure detector with their answers.</summary>
internal sealed class HeartbeatSender : ReceiveActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly HashSet<UniqueAddress> _nodes = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];

    // Left the ring while they did not answer: they are kept beating until they do, so that their silence is not forgotten.
    private readonly HashSet<UniqueAddress> _oldUnreachable = [];
    private ImmutableHashSet<UniqueAddress> _receivers = ImmutableHashSet<UniqueAddress>.Empty;
    private long _sequence;

    public HeartbeatSender(Cluster cluster)
    {
        _cluster = cluster;
        Receive<BeatTick>(_ => Beat());
        Receive<HeartbeatRsp>(OnAnswer);
        Receive<FirstExpected>(OnFirstExpected);
        Receive<ClusterEvent.CurrentClusterState>(OnState);
        Receive<ClusterEvent.MemberRemoved>(m => Remove(m.Member.UniqueAddress));
        Receive<ClusterEvent.IMemberEvent>(m => Add(m.Member.UniqueAddress));
        Receive<ClusterEvent.UnreachableMember>(m => SetUnreachable(m.Member.UniqueAddress, true));
        Receive<ClusterEvent.ReachableMember>(m => SetUnreachable(m.Member.UniqueAddress, false));
        Receive<ClusterEvent.IClusterDomainEvent>(static _ => { });
    }

    public ITimerScheduler Timers { get; set; }

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("beat", BeatTick.Instance, _cluster.Settings.HeartbeatInterval);
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
    }

    protected override void PostStop()
    {
        foreach (var node in _receivers) _cluster.FailureDetector.Remove(node.Address);
        _cluster.Unsubscribe(Self);
    }

    private void OnState(ClusterEvent.CurrentClusterState state)
    {
        foreach (var member in state.Members) _nodes.Add(member.UniqueAddress);
        foreach (var member in state.Unreachable) _unreachable.Add(member.UniqueAddress);
        Update();
    }

    private void Add(UniqueAddress node)
    {
        if (_nodes.Add(node)) Update();
    }

    private void Remove(UniqueAddress node)
    {
        _nodes.Remove(node);
        _unreachable.Remove(node);
        _oldUnreachable.Remove(node);
        // A later incarnation of the address starts with a clean record.
        _cluster.FailureDetector.Remove(node.Address);
        Update();
    }

    private void SetUnreachable(UniqueAddress node, bool unreachable)
    {
        if (unreachable ? _unreachable.Add(node) : _unreachable.Remove(node)) Update();
    }

    private void Update()
    {
        var before = _receivers;
        _receivers = HeartbeatRing.Receivers(_cluster.SelfUniqueAddress, _nodes, _unreachable, _cluster.Settings.MonitoredByNrOfMembers);
        foreach (var node in before)
        {
            if (_receivers.Contains(node) || !_nodes.Contains(node)) continue;
            if (_cluster.FailureDetector.IsAvailable(node.Address)) _cluster.FailureDetector.Remove(node.Address);
            else _oldUnreachable.Add(node);
        }
    }

    private void Beat()
    {
        _sequence++;
        foreach (var node in _receivers) BeatTo(node);
        foreach (var node in _oldUnreachable) BeatTo(node);
    }

    private void BeatTo(UniqueAddress node)
    {
        if (!_cluster.FailureDetector.IsMonitoring(node.Address))
            Context.System.Scheduler.ScheduleTellOnce(_cluster.Settings.HeartbeatExpectedResponseAfter, Self, new FirstExpected(node), ActorRefs.NoSender);
        Context.ActorSelection(new RootActorPath(node.Address) / "system" / "cluster" / "heartbeatReceiver")
            .Tell(new Heartbeat(_cluster.SelfAddress, _sequence), Self);
    }

    private void OnAnswer(HeartbeatRsp answer)
    {
        if (!_receivers.Contains(answer.From) && !_oldUnreachable.Contains(answer.From)) return;
        _cluster.FailureDetector.Heartbeat(answer.From.Address);
        if (HasAnotherIncarnationOf(answer.From)) _cluster.Daemon.Tell(new AnsweredBy(answer.From), ActorRefs.NoSender);
        if (!_oldUnreachable.Contains(answer.From) || !_cluster.FailureDetector.IsAvailable(answer.From.Address)) return;
        _oldUnreachable.Remove(answer.From);
        if (!_receivers.Contains(answer.From)) _cluster.FailureDetector.Remove(answer.From.Address);
    }

    private bool HasAnotherIncarnationOf(UniqueAddress node)
    {
        foreach (var other in _nodes)
            if (other.Uid != node.Uid && other.Address.Equals(node.Address)) return true;
        return false;
    }

    /// <summary>It has not answered yet: from now on its silence counts.</summary>
    private void OnFirstExpected(FirstExpected message)
    {
        if (_receivers.Contains(message.Node) && !_cluster.FailureDetector.IsMonitoring(message.Node.Address))
            _cluster.FailureDetector.Heartbeat(message.Node.Address);
    }

    private sealed record FirstExpected(UniqueAddress Node);

    private sealed class BeatTick
    {
        public static readonly BeatTick Instance = new();
    }
}
