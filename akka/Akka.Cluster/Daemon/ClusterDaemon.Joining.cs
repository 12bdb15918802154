using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Membership;

namespace Akka.Cluster.Daemon;

/// <summary>How a node comes in: by itself, through a known member, or through whichever seed node answers.</summary>
internal sealed partial class ClusterDaemon
{
    private static readonly TimeSpan JoinTick = TimeSpan.FromMilliseconds(250);
    private const long AskAgainMs = 1_000;
    private const long SendAgainMs = 500;

    private ImmutableList<Address> _seeds = ImmutableList<Address>.Empty;
    private readonly HashSet<Address> _nacks = [];
    private Address _joiningTo;
    private long _seedsSince;
    private long _seedDeadline;
    private long _joinDeadline;
    private long _nextTry;
    private long _nextReminder;
    private int _seedAttempts;
    private bool _seeking;

    private static long Now => Environment.TickCount64;

    private bool IsFirstSeed => _seeds.Count > 0 && _seeds[0].Equals(_self.Address);

    private void JoinSeeds(ImmutableList<Address> seeds)
    {
        if (IsJoined)
        {
            _cluster.Log.Info("trying to join seed nodes when already part of a cluster, ignoring");
            return;
        }

        // A second call while the first is still seeking replaces its list.
        _joiningTo = null;
        _seeds = seeds;
        _seedAttempts = 0;
        _seedsSince = Now;
        if (_seeds.Count > 0) SeekSeeds();
    }

    private void SeekSeeds()
    {
        if (_seeds.TrueForAll(s => s.Equals(_self.Address)))
        {
            JoinTo(_self.Address);
            return;
        }

        _seeking = true;
        _nacks.Clear();
        _seedDeadline = Now + (long)_settings.SeedNodeTimeout.TotalMilliseconds;
        AskSeeds();
        Timers.StartPeriodicTimer("join", Tick.Join, JoinTick);
    }

    /// <summary>Often at first, when all nodes start together; then once a second. A question costs next to nothing, a missed start costs seconds.</summary>
    private void AskSeeds()
    {
        _nextTry = Now + (_seedAttempts == 0 ? 0 : AskAgainMs);
        foreach (var seed in _seeds)
        {
            if (seed.Equals(_self.Address)) continue;
            _cluster.TryNow(seed);
            DaemonAt(seed).Tell(new InitJoin(), Self);
        }
    }

    private void OnJoinTick()
    {
        long now = Now;
        if (IsJoined) StopJoining();
        else if (_seeds.Count > 0 && _settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } limit && now - _seedsSince > limit.TotalMilliseconds) GiveUp(limit);
        else if (_seeking) GoOnSeeking(now);
        else if (_joiningTo is not null) GoOnJoining(now);
    }

    private void GoOnSeeking(long now)
    {
        if (now >= _seedDeadline)
        {
            if (IsFirstSeed)
            {
                JoinTo(_self.Address);
                return;
            }

            _seedDeadline = now + (long)_settings.SeedNodeTimeout.TotalMilliseconds;
            if (++_seedAttempts >= 2)
                _cluster.Log.Warning($"couldn't join seed nodes after [{_seedAttempts}] attempts, will try again: [{string.Join(", ", _seeds)}]");
        }

        if (now >= _nextTry) AskSeeds();
    }

    /// <summary>The join or the welcome may be lost, or the address still belongs to an earlier incarnation that has to go first.</summary>
    private void GoOnJoining(long now)
    {
        if (_settings.RetryUnsuccessfulJoinAfter is null) return;
        if (now < _joinDeadline)
        {
            if (now >= _nextTry) SendJoin();
        }
        else if (_seeds.Count > 0)
        {
            // Whoever answered first may be gone by now.
            _joiningTo = null;
            SeekSeeds();
        }
        else
        {
            JoinTo(_joiningTo);
        }
    }

    private void GiveUp(TimeSpan limit)
    {
        _cluster.Log.Warning($"joining of seed nodes was unsuccessful after [{limit}], shutting down");
        StopJoining();
        CoordinatedShutdown.Get(_cluster.System).Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
    }

    private void OnInitJoin()
    {
        var self = _gossip.Find(_self);
        if (self is null or { Status: MemberStatus.Down or MemberStatus.Exiting })
        {
            Sender.Tell(new InitJoinNack(_self.Address), Self);
            return;
        }

        Sender.Tell(new InitJoinAck(_self.Address), Self);
    }

    private void OnInitJoinAck(InitJoinAck message)
    {
        if (!_seeking || IsJoined) return;
        JoinTo(message.Address);
    }

    private void OnInitJoinNack(InitJoinNack message)
    {
        if (!_seeking || !IsFirstSeed) return;
        _nacks.Add(message.Address);
        if (_seeds.All(s => s.Equals(_self.Address) || _nacks.Contains(s))) JoinTo(_self.Address);
    }

    private void JoinTo(Address address)
    {
        if (address.Protocol != _self.Address.Protocol || address.System != _self.Address.System)
        {
            _cluster.Log.Warning($"trying to join member with wrong protocol or ActorSystem name, but was ignored: expected [{_self.Address.Protocol}://{_self.Address.System}], got [{address}]");
            return;
        }

        if (IsJoined)
        {
            _cluster.Log.Info($"trying to join [{address}] when already part of a cluster, ignoring");
            return;
        }

        _seeking = false;
        if (address.Equals(_self.Address))
        {
            StopJoining();
            OnJoin(new Join(_self, _settings.Roles, _settings.AppVersion));
            // The first node needs nobody's consent: it goes Up at once if it may.
            LeaderActions();
            return;
        }

        _joiningTo = address;
        _joinDeadline = Now + (long)(_settings.RetryUnsuccessfulJoinAfter ?? TimeSpan.Zero).TotalMilliseconds;
        SendJoin();
        Timers.StartPeriodicTimer("join", Tick.Join, JoinTick);
    }

    private void SendJoin()
    {
        _nextTry = Now + SendAgainMs;
        _cluster.TryNow(_joiningTo);
        DaemonAt(_joiningTo).Tell(new Join(_self, _settings.Roles, _settings.AppVersion), Self);
    }

    private void StopJoining()
    {
        _seeking = false;
        _joiningTo = null;
        Timers.Cancel("join");
    }

    /// <summary>At a member: a node wants in.</summary>
    private void OnJoin(Join join)
    {
        var node = join.Node;
        bool first = node.Equals(_self) && !IsJoined;
        if (!first && !IsJoined) return;
        if (node.Address.Protocol != _self.Address.Protocol || node.Address.System != _self.Address.System)
        {
            _cluster.Log.Warning($"member with wrong protocol or ActorSystem name tried to join, but was ignored: [{node.Address}]");
            return;
        }

        if (_gossip.Find(_self) is { Status: MemberStatus.Down or MemberStatus.Exiting })
        {
            _cluster.Log.Info($"trying to join [{node.Address}] to a member that is on its way out, ignoring");
            return;
        }

        if (_gossip.Tombstones.ContainsKey(node))
        {
            _cluster.Log.Info($"node [{node.Address}] was removed from this cluster and cannot come back as the same incarnation, ignoring");
            return;
        }

        var existing = _gossip.Members.FirstOrDefault(m => m.Address.Equals(node.Address));
        if (existing is not null && existing.UniqueAddress.Equals(node))
        {
            // Its welcome was lost.
            if (!node.Equals(_self)) Sender.Tell(new Welcome(_self, _gossip), Self);
            return;
        }

        if (existing is not null)
        {
            ReplaceIncarnation(existing);
            return;
        }

        // A new incarnation of an address starts with a clean record.
        _cluster.FailureDetector.Remove(node.Address);
        var members = _gossip.Members.Add(Member.Create(node, join.Roles, join.AppVersion));
        var gossip = _gossip.ChangedBy(_self, members);
        _cluster.Log.Info($"node [{node.Address}] is JOINING, roles [{string.Join(", ", join.Roles)}]");
        Update(gossip);
        if (node.Equals(_self)) return;
        Sender.Tell(new Welcome(_self, gossip), Self);
        SendGossipRandomly();
    }

    /// <summary>The same address under another uid: the earlier incarnation cannot return. It goes first; the new one is taken at a later try.</summary>
    private void ReplaceIncarnation(Member old)
    {
        if (old.Status == MemberStatus.Down) return;
        _cluster.Log.Info($"new incarnation of existing member [{old.Address}] is trying to join; existing will be removed and then the new one can join");
        if (old.UniqueAddress.Equals(_self)) return;
        var reachability = _gossip.Reachability.Set(_self, old.UniqueAddress, ReachabilityStatus.Terminated);
        Update(_gossip.ChangedBy(_self, reachability: reachability));
        MarkDown(_gossip.Find(old.UniqueAddress));
        LeaderActionsIfDue();
    }

    /// <summary>
    /// Two incarnations of one address are members: they came in through different nodes before these had heard of each other. The one
    /// that answers is alive, so the other is not.
    /// </summary>
    private void OnAnsweredBy(UniqueAddress alive)
    {
        if (!_gossip.HasMember(alive)) return;
        foreach (var member in _gossip.Members)
            if (member.Address.Equals(alive.Address) && !member.UniqueAddress.Equals(alive)) ReplaceIncarnation(member);
    }

    private void OnWelcome(Welcome welcome)
    {
        if (!welcome.Gossip.HasMember(_self)) return;
        if (IsJoined && !IsForsaken)
        {
            OnGossip(new GossipEnvelope(welcome.From, _self, welcome.Gossip));
            return;
        }

        if (!IsJoined && (_joiningTo is null || !welcome.From.Address.Equals(_joiningTo))) return;
        _cluster.Log.Info($"welcome from [{welcome.From.Address}]");
        StopJoining();
        _nextReminder = Now + ReminderMs;
        Update(welcome.Gossip.SeenBy(_self));
        SendGossipTo(welcome.From);
    }

    /// <summary>
    /// Whoever let this node in may have died before it told anybody: then the others know nothing of it, and what a stranger says is
    /// ignored. So a node that stays Joining knocks again, at the members that it knows; if it reaches none of them, at the seed nodes.
    /// Members that know it just answer with their state.
    /// </summary>
    private void RemindOfJoining()
    {
        if (_settings.RetryUnsuccessfulJoinAfter is null || _gossip.Find(_self) is not { Status: MemberStatus.Joining } || Now < _nextReminder) return;
        _nextReminder = Now + ReminderMs;
        var targets = _gossip.Members.Where(m => MayGossipTo(m.UniqueAddress)).Select(static m => m.Address).ToList();
        if (targets.Count == 0) targets = _seeds.Where(s => !s.Equals(_self.Address)).ToList();
        if (targets.Count > 0) DaemonAt(targets[Random.Shared.Next(targets.Count)]).Tell(new Join(_self, _settings.Roles, _settings.AppVersion), Self);
    }

    /// <summary>Joining among members of whom none can be reached: another cluster may take it in.</summary>
    private bool IsForsaken =>
        _gossip.Find(_self) is { Status: MemberStatus.Joining } && _gossip.Members.Count > 1 && !_gossip.Members.Any(m => MayGossipTo(m.UniqueAddress));

    private long ReminderMs => (long)(_settings.RetryUnsuccessfulJoinAfter ?? TimeSpan.Zero).TotalMilliseconds;

    private ActorSelection DaemonAt(Address address) =>
        Context.ActorSelection(new RootActorPath(address) / "system" / "cluster" / "core" / "daemon");
}
