using System;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Membership;

namespace Akka.Cluster.Daemon;

/// <summary>What the leader does with the members, and how a member goes.</summary>
internal sealed partial class ClusterDaemon
{
    private const int SelfDownTicksMax = 4;

    private long _noConvergenceSince = -1;

    private void LeaderActions()
    {
        if (!IsJoined) return;
        if (_gossip.Find(_self) is { Status: MemberStatus.Down })
        {
            LeaveBecauseDowned();
            return;
        }

        if (!_self.Equals(_gossip.Leader(_self)))
        {
            _noConvergenceSince = -1;
            return;
        }

        if (_gossip.HasConverged(_self, _exitingConfirmed))
        {
            _noConvergenceSince = -1;
            MoveMembers();
            return;
        }

        if (_noConvergenceSince < 0) _noConvergenceSince = Now;
        if (_settings.AllowWeaklyUpMembers && Now - _noConvergenceSince >= _settings.WeaklyUpAfter.TotalMilliseconds) MoveToWeaklyUp();
    }

    /// <summary>Whoever's consent was missing has just given it: the leader need not wait for its tick.</summary>
    private void LeaderActionsIfDue()
    {
        var self = _gossip.Find(_self);
        if (self is null or { Status: MemberStatus.Down or MemberStatus.Exiting }) return;
        bool waiting = false;
        foreach (var member in _gossip.Members) waiting |= member.Status != MemberStatus.Up;
        if (waiting && _self.Equals(_gossip.Leader(_self)) && _gossip.HasConverged(_self, _exitingConfirmed)) LeaderActions();
    }

    private void MoveMembers()
    {
        var outcome = LeaderRules.OnConvergence(_gossip, _self, _exitingConfirmed, Minimum, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        if (outcome.IsNothing) return;
        foreach (var member in outcome.Removed)
        {
            _exitingConfirmed.Remove(member.UniqueAddress);
            _cluster.Log.Info($"leader is removing [{member.Status}] node [{member.Address}]");
        }

        Take(outcome);
    }

    private void MoveToWeaklyUp()
    {
        var outcome = LeaderRules.WithoutConvergence(_gossip, _self, Minimum);
        if (!outcome.IsNothing) Take(outcome);
    }

    private void Take(LeaderRules.Outcome outcome)
    {
        foreach (var member in outcome.Moved) _cluster.Log.Info($"leader is moving node [{member.Address}] to [{member.Status}]");
        Update(outcome.Gossip);
        SendGossipToSome();
    }

    private MemberMinimum Minimum => new(_settings.MinNrOfMembers, _settings.MinNrOfMembersOfRole);

    /// <summary>A downed member goes when the other downed ones have seen it, or after a few ticks.</summary>
    private void LeaveBecauseDowned()
    {
        bool seenByAll = _gossip.Members.All(m =>
            m.Status != MemberStatus.Down || !MayGossipTo(m.UniqueAddress) || _gossip.IsSeenBy(m.UniqueAddress));
        if (!seenByAll && ++_selfDownTicks < SelfDownTicksMax) return;
        _cluster.Log.Info("shutting down, this node was downed");
        Context.Stop(Self);
    }

    /// <summary>This node sees itself Exiting: the shutdown runs, and confirms the exit when its phases reach that point.</summary>
    private void RunExitingTasks()
    {
        _cluster.Log.Info("exiting, starting coordinated shutdown");
        CoordinatedShutdown.Get(_cluster.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    private void OnExitingCompleted()
    {
        _cluster.Log.Info("exiting completed");
        _exitingTasksRun = true;
        if (IsJoined)
        {
            Update(_gossip.SeenBy(_self));
            _exitingConfirmed.Add(_self);
            var confirmation = new ExitingConfirmed(_self);
            foreach (var member in _gossip.Members)
                if (!member.UniqueAddress.Equals(_self)) DaemonAt(member.Address).Tell(confirmation, Self);
        }

        Sender.Tell(Done.Instance, Self);
    }

    private void OnExitingConfirmed(UniqueAddress node)
    {
        if (_gossip.Find(node) is { Status: MemberStatus.Exiting or MemberStatus.Leaving }) _exitingConfirmed.Add(node);
        LeaderActionsIfDue();
    }
}
