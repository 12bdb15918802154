using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// Evaluated batches of a leader that wait for what their replies depend on. Each leaves exactly once: released, timed out, or at the
/// loss of leadership. Numbers stand for batches in the release queue, so that one that has timed out (and is already used for
/// something else) is never released by a late commit.
/// </summary>
internal sealed class WaitingBatches(int shard, ShardSettings settings)
{
    private readonly ReleaseQueue<long> _release = new();
    private readonly RingDeque<CommandBatch?> _waiting = new();
    private readonly long _timeoutMicros = (long)settings.WriteTimeout.TotalMicroseconds;
    private long _first;

    /// <summary>Upper bound: those that left out of order are counted until older ones have left.</summary>
    public int Count => _waiting.Count;

    /// <summary>When the oldest times out, in monotonic µs.</summary>
    public long NextTimeoutAt => _waiting.Count > 0 && _waiting[0] is { } oldest ? oldest.Progress.SubmittedAt + _timeoutMicros : long.MaxValue;

    public bool WantsTicket => _release.WantsTicket;

    public void TicketTaken(long ticket) => _release.TicketTaken(ticket);

    public void CommitAdvanced(Lsn commit) => _release.CommitAdvanced(commit);

    public void FlushedThrough(Lsn flushed) => _release.FlushedThrough(flushed);

    public void ReadsConfirmed(long ticket) => _release.ReadsConfirmed(ticket);

    public void Add(CommandBatch batch, in ReplyDependency dependency)
    {
        long number = _first + _waiting.Count;
        _waiting.PushBack(batch);
        _release.Add(number, dependency);
    }

    /// <summary>The members may have progressed. A batch whose policy cannot be fulfilled any more leaves as unknown.</summary>
    public void Advance(ReplicaCore core, Term term)
    {
        _release.Advance(core);
        while (_release.TryTakeImpossible(out long number, out _))
        {
            if (Take(number) is { } batch) Fail(batch, shard, term, ShardErrors.NotConfirmed);
        }
    }

    /// <summary>Completes what may leave.</summary>
    public void Release()
    {
        while (_release.TryTakeReleased(out long number)) Take(number)?.Complete();
    }

    public void Expire(long now, Term term)
    {
        while (_waiting.Count > 0)
        {
            var oldest = _waiting[0];
            if (oldest is not null && now - oldest.Progress.SubmittedAt < _timeoutMicros) return;
            _waiting.PopFront();
            _first++;
            if (oldest is not null) Fail(oldest, shard, term, ShardErrors.NotConfirmed);
        }
    }

    /// <summary>
    /// Leadership is lost. Forwarded batches go back to their senders. Those of this node's connections go to <paramref name="again"/>, newest first: with a stamp all of them,
    /// for whoever leads next finds what was appended; without one only those that looked, if no later batch of their connection appended something. The rest is
    /// unknown if it appended something, else it gets a definite error.
    /// </summary>
    /// <param name="overtaken">Lanes of which a later batch has appended something already; null if there are none.</param>
    public void LeadershipLost(Term term, List<CommandBatch> again, HashSet<object>? overtaken)
    {
        while (_release.TryTakeAny(out _))
        {
        }

        while (_waiting.Count > 0)
        {
            var batch = _waiting.PopBack();
            if (batch is null) continue;
            if (TryGiveBack(batch)) continue;
            if (batch.HasStamp)
            {
                // A read before it would see what it has written.
                if (HasAppended(batch)) (overtaken ??= []).Add(batch.Owner!.Lane);
                batch.Rewind(term.Value);
                again.Add(batch);
                continue;
            }

            if (!HasAppended(batch) && batch.Owner is not ForwardOrigin && overtaken?.Contains(batch.Owner!.Lane) != true)
            {
                batch.ClearReplies();
                again.Add(batch);
                continue;
            }

            (overtaken ??= []).Add(batch.Owner!.Lane);
            Fail(batch, shard, term, ShardErrors.LeaderChanged);
        }

        _first = 0;
    }

    /// <summary>A forwarded batch whose evaluation came to nothing, or may have: its sender sends it to the next leader.</summary>
    public static bool TryGiveBack(CommandBatch batch)
    {
        if (batch.Owner is not ForwardOrigin origin || (batch.HasWrite && !batch.HasStamp)) return false;
        origin.GiveBack(batch);
        return true;
    }

    /// <summary>Completes an evaluated batch without its replies: appended commands are unknown, the others definitely not applied.</summary>
    public static void Fail(CommandBatch batch, int shard, Term term, ReadOnlySpan<byte> definite)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            long lsn = batch[i].AppendedLsn;
            if (lsn > 0 || (batch.MayBeAppended && batch[i].IsWrite)) batch.SetUnknown(i, shard, term.Value, lsn);
            else if (!batch.IsRefused(i)) batch.SetError(i, definite);
        }

        batch.Complete();
    }

    public static bool HasAppended(CommandBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
            if (batch[i].AppendedLsn > 0) return true;
        return false;
    }

    private CommandBatch? Take(long number)
    {
        long index = number - _first;
        if (index < 0) return null;
        var batch = _waiting[(int)index];
        _waiting[(int)index] = null;
        while (_waiting.Count > 0 && _waiting[0] is null)
        {
            _waiting.PopFront();
            _first++;
        }

        return batch;
    }
}
