namespace Cluster.Actors.Peers.Parking;

/// <summary>What a parked replica may make of the heartbeats between its node and another. 0: nothing.</summary>
/// <param name="HeardAt">When the last heartbeat came that vouched for the shard in the same term, µs of the own clock.</param>
/// <param name="EchoedAt">When the newest own heartbeat was sent that vouched for it here and was returned by one that vouched for it there.</param>
public readonly record struct ParkedContact(long HeardAt, long EchoedAt);

/// <summary>
/// This node and another, as to parked shards. Both sides list the (shard, term) pairs whose replicas they hold parked; a heartbeat carries
/// the hash of the sender's list and what has changed in it since the one before, so that the receiver keeps a copy.
/// Any thread: shards vouch and leave, the link writes and takes heartbeats. No clock inside (µs are given).
///
/// Invariants:
/// N1 A shard that leaves has left before the next heartbeat is written: after <see cref="Leave"/> nothing that is sent vouches for it.
/// N2 A heartbeat counts as heard only if its hash is that of the copy: a lost one never lets an outdated list count.
/// N3 For a shard it counts as heard only if the copy has the shard in the own term since that heartbeat or an earlier one.
/// N4 A returned stamp counts for a shard only if the heartbeat of that stamp vouched for it, and the one that returned it as well. So the peer's replica
///    has promised, after we sent the stamp, what it would have promised its leader's own message (P1, P2 of ReplicaCore.Parking).
/// Nothing of it survives a crash; a new process begins with empty lists.
/// </summary>
internal sealed partial class NodePair(Action news)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Parked> _parked = [];
    private readonly VouchedList _own = new();
    private readonly VouchedList _theirs = new();
    private readonly Dictionary<int, long> _theirsSince = [];
    private readonly List<VouchChange> _changes = [];

    /// <summary>Parked shards that the copy of the peer's list does not have in the same term.</summary>
    private int _unmatched;

    /// <summary>`news` was called and no heartbeat was written since.</summary>
    private bool _newsTold;

    private long _stamp;
    private long _heardAt;
    private long _echoed;
    private long _returned;
    private bool _sendWhole;
    private bool _wantsWhole;

    private struct Parked
    {
        public long Term;

        /// <summary>Stamp of the first heartbeat that vouched for it; 0: none yet.</summary>
        public long FirstStamp;

        /// <summary>Since when the peer does not vouch for it; 0: it does.</summary>
        public long UnmatchedSince;

        /// <summary>Credits of a time at which the peer vouched for it and no longer does.</summary>
        public ParkedContact Kept;

        /// <summary>The list no longer has it, but its replica has not taken its credits yet.</summary>
        public bool Withdrawn;
    }

    /// <summary>The shard's replica here is parked in this term.</summary>
    public void Vouch(int shard, long term, long now)
    {
        lock (_lock)
        {
            Forget(shard);
            bool matched = _theirs.TermOf(shard) == term;
            if (!matched) _unmatched++;
            _parked[shard] = new Parked { Term = term, UnmatchedSince = matched ? 0 : now };
            Change(shard, term);
            if (_newsTold) return;
            _newsTold = true;
        }

        news();
    }

    /// <summary>The replica is about to go on by itself. What the heartbeats have told of its peer, up to this moment (N1).</summary>
    public ParkedContact Leave(int shard)
    {
        lock (_lock)
        {
            if (!_parked.TryGetValue(shard, out var parked)) return default;
            var contact = Credits(shard, parked);
            Forget(shard);
            return contact;
        }
    }

    /// <summary>
    /// Something came for the shard's actor: from now on its replica is vouched for again only once it has dealt with that and parked anew. An
    /// actor that is stuck is so found out by its peers.
    /// </summary>
    public void Withdraw(int shard)
    {
        lock (_lock)
        {
            if (!_parked.TryGetValue(shard, out var parked) || parked.Withdrawn) return;
            parked.Kept = Credits(shard, parked);
            parked.Withdrawn = true;
            if (parked.UnmatchedSince != 0) _unmatched--;
            parked.UnmatchedSince = 0;
            _parked[shard] = parked;
            Change(shard, 0);
        }
    }

    private void Forget(int shard)
    {
        if (!_parked.Remove(shard, out var parked)) return;
        if (parked.UnmatchedSince != 0) _unmatched--;
        if (!parked.Withdrawn) Change(shard, 0);
    }

    private void Change(int shard, long term)
    {
        _own.Set(shard, term);
        _changes.Add(new VouchChange(shard, term));
    }

    private ParkedContact Credits(int shard, in Parked parked)
    {
        if (parked.Withdrawn || _theirs.TermOf(shard) != parked.Term || _heardAt < _theirsSince[shard]) return parked.Kept;
        long echoed = parked.FirstStamp != 0 && _echoed >= parked.FirstStamp ? _echoed : 0;
        return new ParkedContact(Math.Max(parked.Kept.HeardAt, _heardAt), Math.Max(parked.Kept.EchoedAt, echoed));
    }
}
