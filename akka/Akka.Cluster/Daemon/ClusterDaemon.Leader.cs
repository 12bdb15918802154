using System;
using System.Collections.Generic;
using System.Collections.Immutable;
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

        if (!_self.Equals(_gossip.Leader(_self))) return;
        if (_gossip.HasConverged(_self, _exitingConfirmed))
        {
            _noConvergenceSince = -1;
            MoveMembers();
            return;
        }

        if (_noConvergenceSince < 0) _noConvergenceSince = Now;
        if (_settings.AllowWeaklyUpMembers && Now - _noConvergenceSince >= _settings.WeaklyUpAfter.TotalMilliseconds) MoveToWeaklyUp();
    }

    private void MoveMembers()
    {
        var members = _gossip.Members.ToBuilder();
        var removed = new List<UniqueAddress>();
        bool enough = HasEnoughMembers();
        int upNumber = 0;
        bool changed = false;
        foreach (var member in _gossip.Members)
        {
            Member moved = null;
            switch (member.Status)
            {
                case MemberStatus.Joining or MemberStatus.WeaklyUp when enough:
                    if (upNumber == 0) upNumber = _gossip.Members.Where(static m => m.UpNumber != int.MaxValue).Select(static m => m.UpNumber).DefaultIfEmpty(0).Max();
                    moved = member.CopyUp(++upNumber);
                    break;
                case MemberStatus.Leaving:
                    moved = member.Copy(MemberStatus.Exiting);
                    break;
                case MemberStatus.Down or MemberStatus.Exiting when !_gossip.IsReachable(member.UniqueAddress):
                case MemberStatus.Exiting when _exitingConfirmed.Contains(member.UniqueAddress):
                    removed.Add(member.UniqueAddress);
                    break;
            }

            if (moved is null) continue;
            members.Remove(member);
            members.Add(moved);
            changed = true;
            _cluster.Log.Info($"leader is moving node [{moved.Address}] to [{moved.Status}]");
        }

        if (!changed && removed.Count == 0) return;
        var gossip = _gossip;
        if (removed.Count > 0)
        {
            gossip = new Gossip(members.ToImmutable(), gossip.Seen, gossip.Reachability, gossip.Version).Without(removed);
            foreach (var node in removed)
            {
                _exitingConfirmed.Remove(node);
                _cluster.Log.Info($"leader is removing [{_gossip.Find(node).Status}] node [{node.Address}]");
            }

            gossip = gossip.ChangedBy(_self);
        }
        else
        {
            gossip = gossip.ChangedBy(_self, members.ToImmutable());
        }

        bool selfExits = gossip.Find(_self) is { Status: MemberStatus.Exiting };
        Update(gossip);
        // The exits are news that should travel before this leader itself is gone.
        if (selfExits) SendGossipRandomly();
        SendGossipRandomly();
    }

    private void MoveToWeaklyUp()
    {
        if (!HasEnoughMembers()) return;
        var members = _gossip.Members;
        foreach (var member in _gossip.Members)
        {
            if (member.Status != MemberStatus.Joining || !_gossip.IsReachable(member.UniqueAddress)) continue;
            members = members.Remove(member).Add(member.Copy(MemberStatus.WeaklyUp));
            _cluster.Log.Info($"leader is moving node [{member.Address}] to [WeaklyUp]");
        }

        if (!ReferenceEquals(members, _gossip.Members)) Update(_gossip.ChangedBy(_self, members));
    }

    private bool HasEnoughMembers()
    {
        if (_gossip.Members.Count < _settings.MinNrOfMembers) return false;
        foreach (var (role, minimum) in _settings.MinNrOfMembersOfRole)
            if (_gossip.Members.Count(m => m.HasRole(role)) < minimum) return false;
        return true;
    }

    /// <summary>A downed member goes when the other downed ones have seen it, or after a few ticks.</summary>
    private void LeaveBecauseDowned()
    {
        bool seenByAll = _gossip.Members.All(m =>
            m.Status != MemberStatus.Down || m.UniqueAddress.Equals(_self) || !_gossip.IsReachable(m.UniqueAddress) || _gossip.IsSeenBy(m.UniqueAddress));
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
        if (_gossip.Find(node) is { Status: MemberStatus.Exiting }) LeaderActions();
    }
}
