using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Cluster.Membership;

namespace Akka.Cluster.Daemon;

/// <summary>Exchange of the state, and the observation of who is reachable.</summary>
internal sealed partial class ClusterDaemon
{
    private void GossipRound()
    {
        SendGossipRandomly();
        // While few have seen this version, or somebody is being downed, it is worth hurrying.
        if (_gossip.IsSingletonCluster) return;
        bool few = _gossip.Seen.Count * 2 < _gossip.Members.Count;
        if (!few && !_gossip.Members.Any(static m => m.Status == MemberStatus.Down)) return;
        var third = _settings.GossipInterval / 3;
        Timers.StartSingleTimer("speedup-1", Tick.GossipSpeedup, third);
        Timers.StartSingleTimer("speedup-2", Tick.GossipSpeedup, third * 2);
    }

    private void SendGossipRandomly()
    {
        if (!IsJoined || _gossip.IsSingletonCluster) return;
        var candidates = _gossip.Members.Where(m => MayGossipTo(m.UniqueAddress)).Select(static m => m.UniqueAddress).ToList();
        if (candidates.Count == 0) return;
        double preference = _gossip.Members.Count <= _settings.ReduceGossipDifferentViewProbability
            ? _settings.GossipDifferentViewProbability
            : _settings.GossipDifferentViewProbability / 2;
        if (Random.Shared.NextDouble() < preference)
        {
            var behind = candidates.Where(n => !_gossip.IsSeenBy(n)).ToList();
            if (behind.Count > 0) candidates = behind;
        }

        var target = candidates[Random.Shared.Next(candidates.Count)];
        if (_gossip.IsSeenBy(target)) SendStatusTo(target);
        else SendGossipTo(target);
    }

    private bool MayGossipTo(UniqueAddress node) =>
        !node.Equals(_self) && _gossip.Reachability.IsReachable(_self, node) && !_gossip.Reachability.IsTerminated(node);

    private void SendGossipTo(UniqueAddress node) => DaemonAt(node.Address).Tell(new GossipEnvelope(_self, node, _gossip), Self);

    private void SendStatusTo(UniqueAddress node) => DaemonAt(node.Address).Tell(new GossipStatus(_self, _gossip.Version), Self);

    private void SendGossipToAllDowned()
    {
        foreach (var member in _gossip.Members)
            if (member.Status == MemberStatus.Down && !member.UniqueAddress.Equals(_self)) SendGossipTo(member.UniqueAddress);
        SendGossipRandomly();
    }

    private void OnStatus(GossipStatus status)
    {
        if (!IsJoined || !_gossip.HasMember(status.From) || !_gossip.Reachability.IsReachable(_self, status.From)) return;
        switch (status.Version.CompareTo(_gossip.Version))
        {
            case ClockOrder.Same:
                Update(_gossip.SeenBy(status.From));
                break;
            case ClockOrder.After:
                SendStatusTo(status.From);
                break;
            default:
                SendGossipTo(status.From);
                break;
        }
    }

    private void OnGossip(GossipEnvelope envelope)
    {
        var from = envelope.From;
        var remote = envelope.Gossip;
        if (!IsJoined || !envelope.To.Equals(_self) || !remote.HasMember(_self)) return;
        if (!_gossip.HasMember(from) || !_gossip.Reachability.IsReachable(_self, from)) return;

        Gossip winner;
        bool talkback;
        switch (remote.Version.CompareTo(_gossip.Version))
        {
            case ClockOrder.Same:
                winner = remote.MergeSeen(_gossip);
                talkback = !remote.IsSeenBy(_self);
                break;
            case ClockOrder.Before:
                winner = _gossip;
                talkback = true;
                break;
            case ClockOrder.After:
                winner = remote;
                talkback = !remote.IsSeenBy(_self);
                break;
            default:
                // What one side removed must not come back through the other's clock.
                winner = remote.Without(RemovedHere(remote)).Merge(_gossip.Without(RemovedThere(remote)));
                talkback = true;
                break;
        }

        // An exiting member confirms that it saw its exit only when its shutdown tasks are done.
        bool mayConfirm = winner.Find(_self) is not { Status: MemberStatus.Exiting } || _exitingTasksRun;
        if (mayConfirm) winner = winner.SeenBy(_self);
        foreach (var member in winner.Members)
            if (!_gossip.HasMember(member.UniqueAddress)) _cluster.FailureDetector.Remove(member.Address);
        Update(winner);
        if (talkback && _gossip.HasMember(from)) SendGossipTo(from);
    }

    /// <summary>On their way out there, and unknown here: removed here already.</summary>
    private List<UniqueAddress> RemovedHere(Gossip remote) => remote.Members
        .Where(m => m.Status is MemberStatus.Down or MemberStatus.Exiting && !_gossip.HasMember(m.UniqueAddress))
        .Select(static m => m.UniqueAddress).ToList();

    private List<UniqueAddress> RemovedThere(Gossip remote) => _gossip.Members
        .Where(m => m.Status is MemberStatus.Down or MemberStatus.Exiting && !remote.HasMember(m.UniqueAddress))
        .Select(static m => m.UniqueAddress).ToList();

    private void Reap()
    {
        if (!IsJoined || _gossip.IsSingletonCluster) return;
        var reachability = _gossip.Reachability;
        foreach (var member in _gossip.Members)
        {
            var node = member.UniqueAddress;
            if (node.Equals(_self) || !_cluster.FailureDetector.IsMonitoring(node.Address)) continue;
            bool available = _cluster.FailureDetector.IsAvailable(node.Address);
            if (available == reachability.IsReachable(_self, node) || reachability.IsTerminated(node)) continue;
            reachability = reachability.Set(_self, node, available ? ReachabilityStatus.Reachable : ReachabilityStatus.Unreachable);
            if (available) _cluster.Log.Info($"marking node as REACHABLE again [{node.Address}]");
            else _cluster.Log.Warning($"marking node as UNREACHABLE [{node.Address}]");
        }

        if (!ReferenceEquals(reachability, _gossip.Reachability)) Update(_gossip.ChangedBy(_self, reachability: reachability));
    }
}
