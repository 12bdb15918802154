using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// Parking (DESIGN section 8; the core's part: ReplicaCore.Parking.cs). The leader of a shard that was idle for a while parks by itself and lets its node's
// heartbeats vouch for it; a follower that hears of it parks, too, and vouches back. Whoever cannot (its pull got lost, its disk lags) goes on
// pulling, which wakes the leader. So nothing has to be agreed upon, and every crash or lost heartbeat ends in shards that run by themselves.
//
// Invariant K1: between Park and the end of parking no input reaches the core before GoOn has given it what the heartbeats have told:
// its promise to voters, or its lease, is never computed from less (a vote too early) or from later (a lease too long) than was vouched for.
internal sealed partial class ShardReplica
{
    private readonly List<Guid> _vouchedTo = [];
    private long _busyAt;

    /// <summary>It rests: no tick, no status, no message of its own.</summary>
    private bool IsParked => _core.Parked;

    /// <summary>The shard's own work has come: the leader stays awake for a while.</summary>
    private void Busy(long now) => _busyAt = now;

    private void ParkIfIdle(long now)
    {
        if (_services.Parking is null || !_leading || Fenced is not null || now - _busyAt < (long)_services.Settings.ParkAfter.TotalMicroseconds || !_core.CanPark) return;
        if (_waiting.Count > 0 || _forwards.QueuedCount + _forwards.UnansweredCount > 0 || _reads.Count > 0 || _held.Count > 0 || _burst || _source.Count > 0) return;
        var configuration = _core.Configuration;
        Park(now, [.. configuration.Voters.Select(v => v.Node).Concat(configuration.Learners.Select(l => l.Node)).Where(node => node != _services.NodeId)]);
    }

    /// <summary>The leader's node vouches for the shard.</summary>
    public void Vouched(ShardVouched heartbeat)
    {
        long now = _clock.Now;
        if (_services.Parking is null || Fenced is not null || Leaving is not null || _fetch.IsActive || _leading || _core.Leader != heartbeat.Node || _core.Term.Value != heartbeat.Term || !_core.CanPark) return;
        _core.NodeContact(heartbeat.Node, _core.Term, heartbeat.HeardAt);
        Park(now, [heartbeat.Node]);
    }

    private void Park(long now, ReadOnlySpan<Guid> nodes)
    {
        // A merge goes on meanwhile, up to what every replica has applied now.
        _releasedAt = now - ReleaseMicros;
        ReleaseLog(now);
        // The others keep the last word about this replica for as long as it says nothing.
        _registry.Publish(_cell, _core, CurrentState(), now, final: true);
        foreach (var node in nodes)
        {
            if (_services.Parking!.Vouch(node, _shard, _core.Term.Value))
            {
                _vouchedTo.Add(node);
                continue;
            }

            StopVouching(now);
            return;
        }

        _core.Park();
        _cell.Parked = true;
        _cell.Counters.Parked();
    }

    /// <summary>K1. <paramref name="forLeader"/>: the leader speaks, and the pull that it has kept is still good; the core wakes by itself.</summary>
    private void GoOn(long now, bool forLeader = false)
    {
        if (!_core.Parked) return;
        StopVouching(now);
        if (!forLeader) _core.Unpark(now);
        _cell.Parked = false;
        _registry.Resume(now);
        Busy(now);
    }

    /// <summary>
    /// An input of this node's own (a transfer, a change of members) has woken the core: leaders need no contact first, for without it they prove less.
    /// Or a leader has spoken that is none any more, and the core goes on resting: but nobody vouches for it, so nobody would ever wake it.
    /// </summary>
    private void EndParkingIfAwake(long now)
    {
        if (_cell.Parked == _core.Parked) return;
        if (_core.Parked)
        {
            _core.Unpark(now);
            return;
        }

        StopVouching(now);
        _cell.Parked = false;
        _registry.Resume(now);
        Busy(now);
    }

    private void StopVouching(long now)
    {
        foreach (var node in _vouchedTo)
        {
            var contact = _services.Parking!.Leave(node, _shard);
            if (_core.Role == ReplicaRole.Leader) _core.NodeEcho(node, _core.Term, contact.EchoedAt, now);
            else
            {
                _core.NodeContact(node, _core.Term, contact.HeardAt);
                if (node == _core.Leader) Fresh(contact.EchoedAt);
            }
        }

        _vouchedTo.Clear();
    }

    /// <summary>Heartbeats no longer speak for it.</summary>
    public void Doubted()
    {
        long now = _clock.Now;
        GoOn(now);
        Settle(now);
    }
}
