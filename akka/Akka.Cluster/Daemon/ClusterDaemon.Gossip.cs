using System;
using System.Linq;
using Akka.Cluster.Membership;

namespace Akka.Cluster.Daemon;

/// <summary>Exchange of the state, and the observation of who is reachable.</summary>
internal sealed partial class ClusterDaemon
{
    /// <summary>How many are told at once of what the leader has done.</summary>
    private const int NewsReceivers = 5;

    private long _lastReap;

    private void GossipRound()
    {
        RemindOfJoining();
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
                LeaderActionsIfDue();
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
        if (!GossipExchange.IsAcceptable(_gossip, _self, from, envelope.To, envelope.Gossip)) return;
        var winner = GossipExchange.Receive(_gossip, envelope.Gossip, _self, out bool talkback);

        // An exiting member confirms that it saw its exit only when its shutdown tasks are done.
        bool mayConfirm = winner.Find(_self) is not { Status: MemberStatus.Exiting } || _exitingTasksRun;
        if (mayConfirm) winner = winner.SeenBy(_self);
        foreach (var member in winner.Members)
            if (!_gossip.HasMember(member.UniqueAddress)) _cluster.FailureDetector.Remove(member.Address);
        Update(winner);
        if (talkback && _gossip.HasMember(from)) SendGossipTo(from);
        LeaderActionsIfDue();
    }

    /// <summary>
    /// Turns silence into Unreachable. Looked at more often than the interval says, so that a silence is noticed soon after it has become
    /// one. A node that was itself stopped for a while listens first: its clock has gone on, the answers of the others are in its sockets.
    /// </summary>
    private void Reap()
    {
        long now = Now;
        bool wasStopped = _lastReap != 0 && now - _lastReap > Math.Max(2_000, 3 * _settings.UnreachableNodesReaperInterval.TotalMilliseconds);
        _lastReap = now;
        if (wasStopped || !IsJoined || _gossip.IsSingletonCluster) return;
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

        if (ReferenceEquals(reachability, _gossip.Reachability)) return;
        Update(_gossip.ChangedBy(_self, reachability: reachability));
        SendGossipRandomly();
    }

    private void SendGossipToSome()
    {
        if (!IsJoined) return;
        int left = NewsReceivers;
        var candidates = _gossip.Members.Where(m => MayGossipTo(m.UniqueAddress) && !_gossip.IsSeenBy(m.UniqueAddress)).Select(static m => m.UniqueAddress).ToArray();
        Random.Shared.Shuffle(candidates);
        foreach (var node in candidates)
        {
            if (left-- == 0) break;
            SendGossipTo(node);
        }
    }
}
