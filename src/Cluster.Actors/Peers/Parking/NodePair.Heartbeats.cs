namespace Cluster.Actors.Peers.Parking;

// The link's side: writing heartbeats, taking them, noticing that something is wrong.
internal sealed partial class NodePair
{
    /// <summary>Something is parked here or there, or has to be told: heartbeats are needed.</summary>
    public bool Speaks
    {
        get
        {
            lock (_lock) return _own.Count + _theirs.Count + _changes.Count > 0 || _sendWhole || _wantsWhole;
        }
    }

    /// <summary>The next heartbeat, to be sent in the order of the calls.</summary>
    public NodeHeartbeat Write(long process, long now)
    {
        lock (_lock)
        {
            _stamp = Math.Max(now, _stamp + 1);
            foreach (var change in _changes)
            {
                if (change.Term == 0 || !_parked.TryGetValue(change.Shard, out var parked) || parked.FirstStamp != 0 || parked.Term != change.Term) continue;
                parked.FirstStamp = _stamp;
                _parked[change.Shard] = parked;
            }

            bool whole = _sendWhole;
            var heartbeat = new NodeHeartbeat(process, _stamp, _returned, _own.Hash, _own.Count, whole, _wantsWhole, whole ? WholeList() : [.. _changes]);
            _changes.Clear();
            _sendWhole = false;
            _newsTold = false;
            return heartbeat;
        }
    }

    /// <summary>
    /// False if the sender's list is not known whole: it counts for nothing, and the list is asked for. Shards for which the peer vouches from now on
    /// are added to <paramref name="vouched"/>.
    /// </summary>
    public bool Take(NodeHeartbeat heartbeat, long now, List<VouchChange> vouched)
    {
        lock (_lock)
        {
            if (heartbeat.WantsWhole) _sendWhole = true;
            if (heartbeat.Whole)
                foreach (int shard in (int[])[.. _theirs.Terms.Keys])
                    if (Array.FindIndex(heartbeat.Changes, change => change.Shard == shard) < 0) SetTheirs(shard, 0, now);
            foreach (var change in heartbeat.Changes)
            {
                if (_theirs.TermOf(change.Shard) == change.Term) continue;
                SetTheirs(change.Shard, change.Term, now);
                if (change.Term != 0) vouched.Add(change);
            }

            if (heartbeat.Hash != _theirs.Hash || heartbeat.Count != _theirs.Count)
            {
                _wantsWhole = true;
                return false;
            }

            _wantsWhole = false;
            _heardAt = now;
            _returned = heartbeat.Stamp;
            _echoed = Math.Min(heartbeat.Echo, _stamp);
            return true;
        }
    }

    /// <summary>Another process there, or another stream: its list is not known, and it does not know ours.</summary>
    public void Reset(long now)
    {
        lock (_lock)
        {
            foreach (int shard in (int[])[.. _theirs.Terms.Keys]) SetTheirs(shard, 0, now);
            _returned = 0;
            _echoed = 0;
            _wantsWhole = false;
            _changes.Clear();
            _sendWhole = true;
        }
    }

    /// <summary>
    /// Adds the shards that had better go on by themselves: all if no heartbeat has counted for <paramref name="patience"/>, else those for which
    /// the peer has not vouched for as long.
    /// </summary>
    public void Doubtful(long now, long patience, List<int> shards)
    {
        lock (_lock)
        {
            bool silent = now - _heardAt > patience;
            if (_parked.Count == 0 || (!silent && _unmatched == 0)) return;
            foreach (var (shard, parked) in _parked)
            {
                if (parked.Withdrawn) continue;
                long since = parked.UnmatchedSince != 0 ? parked.UnmatchedSince : silent ? _heardAt : long.MaxValue;
                if (since != long.MaxValue && now - since > patience) shards.Add(shard);
            }
        }
    }

    private VouchChange[] WholeList()
    {
        var list = new VouchChange[_own.Count];
        int at = 0;
        foreach (var (shard, term) in _own.Terms) list[at++] = new VouchChange(shard, term);
        return list;
    }

    private void SetTheirs(int shard, long term, long now)
    {
        if (_parked.TryGetValue(shard, out var parked) && !parked.Withdrawn)
        {
            // The credits of the time until now; a change of term ends them all the same (Kept is of the own term).
            parked.Kept = Credits(shard, parked);
            bool matched = term == parked.Term;
            if (matched && parked.UnmatchedSince != 0) _unmatched--;
            if (!matched && parked.UnmatchedSince == 0) _unmatched++;
            parked.UnmatchedSince = matched ? 0 : parked.UnmatchedSince != 0 ? parked.UnmatchedSince : now;
            _parked[shard] = parked;
        }

        _theirs.Set(shard, term);
        if (term == 0) _theirsSince.Remove(shard);
        else _theirsSince[shard] = now;
    }
}
