using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.State;

namespace Cluster.Actors.Shards;

// A replica whose log differs from its leader's (R12): it stops at once, and the mark is written behind it.
//
// Invariant D1: once found, this process neither votes, campaigns, acknowledges nor answers for the shard again (the core is stopped); once
// the mark is durable no later process does. Between the two a crash leaves a replica that finds the same again.
internal sealed partial class ShardReplica
{
    /// <summary>Appends what an answer brought. None of it is in the log if the digests differ.</summary>
    private bool TryAppendRecords(in Effect effect, long now)
    {
        try
        {
            if (_records.TryAppend(effect.PullAnswer, _incoming, _core, out string? damage)) return true;
            if (damage is not null)
            {
                _cell.Counters.ApplyError();
                _journal.Error(null, $"records after LSN {effect.PullAnswer.After.Value} were refused: {damage}");
            }

            _core.RecordsRefused(now);
        }
        catch (DigestMismatchException differs)
        {
            _core.DigestDiffers(differs.Lsn, differs.Actual, differs.Expected);
        }

        return false;
    }

    private void Diverged(in Effect effect)
    {
        Fenced ??= "its history has parted from the leader's";
        // Before the flag: whoever sees that it has diverged finds it out.
        _cell.State = ShardState.Fenced;
        _cell.Counters.Diverged();
        _cell.IsDiverged = true;
        string what = effect.OwnDigest != effect.LeaderDigest
            ? $"the digest at LSN {effect.Lsn.Value} is {effect.OwnDigest:x16}, the leader's is {effect.LeaderDigest:x16}"
            : $"the leader asks to cut after LSN {effect.Lsn.Value}, but LSN {_store.CommitLsn.Value} is committed here";
        _journal.Error(null, $"{what}: this replica stops, also after a restart; set its folder aside to make it a new copy");
        _local.MarkDiverged(new DivergenceMark(effect.Lsn, effect.OwnDigest, effect.LeaderDigest, effect.Leader ?? Guid.Empty), _services.Workers);
    }

    public void DivergenceMarked(Exception? error)
    {
        if (error is not null) _journal.Error(error, "the mark of the replica that has diverged could not be written: it stops, but a restart of the node would let it go on until it finds the difference again");
    }

    /// <summary>The mark of an earlier process.</summary>
    private void StayDiverged()
    {
        if (_local.Divergence is not { } mark) return;
        Fenced = "its history has parted from the leader's";
        _cell.IsDiverged = true;
        _cell.Counters.Diverged();
        _journal.Error(null, $"this replica differs from the log of {mark.Leader} at LSN {mark.Lsn.Value}, as was found before: it takes part in nothing; set its folder aside to make it a new copy");
    }
}
