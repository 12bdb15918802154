using System.Numerics;

namespace Cluster.Actors.Shards.Core;

// Incarnations (R9, S3), the replica's side: who counts for nothing, and how it comes to count again.
//
// Invariant N1: a replica whose incarnation is not above 0 votes for nobody, campaigns not, and acknowledges nothing; what it says under it
// is counted by nobody either. It becomes positive only by a committed configuration, to one that was never used.
// Crash points: the loss is saved as -k before anything is sent, so a second crash does not forget it; the new incarnation is saved before
// it is used; term and vote stay as they were, whatever happens to the data.
public sealed partial class ReplicaCore
{
    /// <summary>Voters that said they may have lost something: bits of positions among the voters of the newest configuration.</summary>
    private ulong _doubtful;

    private Configuration? _doubtfulOf;
    private bool _doubtTold;

    /// <summary>A committed configuration has given this replica a new incarnation.</summary>
    private bool TryTakeIncarnation(long issued)
    {
        if (issued <= Math.Abs(_incarnation))
            return false;
        _incarnation = issued;
        Become(RestingRole, _leader);
        return true;
    }

    /// <summary>Without a leader nobody would learn that there cannot be one: a replica in doubt asks, and counts no answer.</summary>
    private void AskForDoubt()
    {
        if (_incarnation >= 0 || !Configuration.IsVoter(_self) || !PromisesDurable)
            return;
        AskForVotes(preVote: true);
        NoteDoubt(_self, doubtful: true);
    }

    private void NoteDoubt(Guid voter, bool doubtful)
    {
        if (!ReferenceEquals(_doubtfulOf, Configuration))
        {
            _doubtfulOf = Configuration;
            _doubtful = 0;
        }

        for (int i = 0; i < Configuration.Voters.Length; i++)
        {
            if (Configuration.Voters[i].Node == voter)
                _doubtful = doubtful ? _doubtful | (1UL << i) : _doubtful & ~(1UL << i);
        }

        int left = Configuration.Voters.Length - BitOperations.PopCount(_doubtful);
        if (left >= Configuration.Majority)
        {
            _doubtTold = false;
        }
        else if (!_doubtTold)
        {
            _doubtTold = true;
            _effects.Add(EffectKind.MajorityDoubtful);
        }
    }
}
