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
    private ImmutableList<Address> _seeds = ImmutableList<Address>.Empty;
    private readonly HashSet<Address> _nacks = [];
    private Address _joiningTo;
    private long _seedDeadline;
    private long _joinDeadline = long.MaxValue;
    private long _seedsSince;
    private int _seedAttempts;
    private bool _seeking;

    private static long Now => Environment.TickCount64;

    private bool IsFirstSeed => _seeds.Count > 0 && _seeds[0].Equals(_self.Address);

    private void JoinSeeds(ImmutableList<Address> seeds)
    {
        if (IsJoined || _seeking || _joiningTo is not null)
        {
            // A second call while the first is still seeking replaces its list; once in a cluster it is ignored.
            if (IsJoined)
            {
                _cluster.Log.Info("trying to join seed nodes when already part of a cluster, ignoring");
                return;
            }

            _joiningTo = null;
        }

        _seeds = seeds;
        if (_seeds.Count == 0) return;
        SeekSeeds();
    }

    private void SeekSeeds()
    {
        var others = _seeds.Where(s => !s.Equals(_self.Address)).ToList();
        if (others.Count == 0)
        {
            JoinTo(_self.Address);
            return;
        }

        _seeking = true;
        _nacks.Clear();
        _seedAttempts = 0;
        _seedsSince = Now;
        _seedDeadline = Now + (long)_settings.SeedNodeTimeout.TotalMilliseconds;
        AskSeeds();
        Timers.StartPeriodicTimer("join", Tick.Join, TimeSpan.FromSeconds(1));
    }

    private void AskSeeds()
    {
        foreach (var seed in _seeds)
            if (!seed.Equals(_self.Address)) DaemonAt(seed).Tell(new InitJoin(), Self);
    }

    private void OnJoinTick()
    {
        if (IsJoined)
        {
            StopJoining();
            return;
        }

        long now = Now;
        if (_seeking)
        {
            if (_settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } limit && now - _seedsSince > limit.TotalMilliseconds)
            {
                _cluster.Log.Warning($"joining of seed nodes was unsuccessful after [{limit}], shutting down");
                CoordinatedShutdown.Get(_cluster.System).Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
                StopJoining();
                return;
            }

            if (IsFirstSeed)
            {
                if (now >= _seedDeadline) JoinTo(_self.Address);
                else AskSeeds();
            }
            else if (now >= _seedDeadline)
            {
                _seedDeadline = now + (long)_settings.SeedNodeTimeout.TotalMilliseconds;
                if (++_seedAttempts >= 2)
                    _cluster.Log.Warning($"couldn't join seed nodes after [{_seedAttempts}] attempts, will try again: [{string.Join(", ", _seeds)}]");
                AskSeeds();
            }

            return;
        }

        if (_joiningTo is null || now < _joinDeadline) return;
        // The welcome may be lost, or the address still belongs to an earlier incarnation that has to go first.
        if (_seeds.Count > 0)
        {
            _joiningTo = null;
            SeekSeeds();
        }
        else
        {
            JoinTo(_joiningTo);
        }
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
        _joinDeadline = _settings.RetryUnsuccessfulJoinAfter is { } retry ? Now + (long)retry.TotalMilliseconds : long.MaxValue;
        DaemonAt(address).Tell(new Join(_self, _settings.Roles, _settings.AppVersion), Self);
        Timers.StartPeriodicTimer("join", Tick.Join, TimeSpan.FromSeconds(1));
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
        LeaderActions();
    }

    private void OnWelcome(Welcome welcome)
    {
        if (IsJoined || _joiningTo is null || !welcome.From.Address.Equals(_joiningTo) || !welcome.Gossip.HasMember(_self)) return;
        _cluster.Log.Info($"welcome from [{welcome.From.Address}]");
        StopJoining();
        Update(welcome.Gossip.SeenBy(_self));
        SendGossipTo(welcome.From);
    }

    private ActorSelection DaemonAt(Address address) =>
        Context.ActorSelection(new RootActorPath(address) / "system" / "cluster" / "core" / "daemon");
}
