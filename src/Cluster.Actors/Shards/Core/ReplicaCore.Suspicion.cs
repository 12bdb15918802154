using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// A sign that the leader's process has ended: the connection to it was closed. It proves nothing (a firewall closes connections, too), so it
// takes nothing from anybody: no voter votes earlier than it would have (R2, L1). It only says that waiting any longer than that is of no use: the
// random part of the election timeout, which gives the leader another chance to be heard, shrinks to what keeps candidates apart.
public sealed partial class ReplicaCore
{
    /// <summary>The term in which this replica has stood back for another candidate; it does so once per term, or a deaf one could hold up all others.</summary>
    private Term _stoodBackIn;

    /// <summary>The connection to a node was closed by its side, or by the network. Before it a parked replica's owner gives the last contact.</summary>
    public void LinkBroken(Guid peer, long now)
    {
        if (_stopped)
            return;
        Unpark(now);
        if (_leader == peer && _role == ReplicaRole.Follower && _heardLeaderAt != long.MinValue)
        {
            long earliest = Math.Max(now, _heardLeaderAt + _settings.ElectionTimeoutMicros);
            _electionAt = Math.Min(_electionAt, earliest + _random.Between(0, _settings.ElectionTimeoutMicros / 8));
        }

        Finish();
    }

    /// <summary>
    /// Said yes to another's question: it will stand within a round trip. To stand as well would split the votes, which costs half an election
    /// timeout; of two that ask at the same time the one with the lower id lets its round go. Rests on nothing: a hint, once per term.
    /// </summary>
    private void StandBackFor(Guid candidate, long now)
    {
        if (_stoodBackIn == _term || _role is not (ReplicaRole.Follower or ReplicaRole.PreCandidate))
            return;
        if (_role == ReplicaRole.PreCandidate && candidate.CompareTo(_self) < 0)
            return;
        _stoodBackIn = _term;
        _voteRound++;
        _electionAt = Math.Max(_electionAt, now + _random.Between(_settings.ElectionTimeoutMicros / 8, _settings.ElectionTimeoutMicros / 4));
    }
}
