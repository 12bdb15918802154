using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// Commands that need a value which is not in memory before they can be evaluated (DESIGN.md, "Reading before writing").
internal sealed partial class ShardReplica
{
    /// <summary>Fetches that one command waits for before it is refused: its key is written, or its value moved, again and again.</summary>
    private const int FetchAttemptsMax = 32;

    /// <summary>Bytes of fetched values of the shard above which nothing is fetched ahead.</summary>
    private const long FetchAheadBytesMax = 64L << 20;

    /// <summary>Bytes of fetched values of the shard above which commands that need more are refused.</summary>
    private const long FetchBytesMax = 512L << 20;

    private readonly HeldBatches _held = new();
    private readonly List<HeldBatch> _dropped = [];

    public void ValuesFetched(ValueFetch fetch)
    {
        long now = _clock.Now;
        FlushBurst(now);
        fetch.IsDone = true;
        var held = fetch.For!;
        if (held.Fetch != fetch) fetch.Release();
        else if (fetch.Failure is { } failure)
        {
            _journal.Error(failure, "reading values from disk has failed");
            // Only the first of a lane may leave; another one asks again when it is its turn.
            if (_held.FirstReady(held.Lane) == held) RefuseHeld(held, ShardErrors.Failed);
            else _held.SetFetch(held, null);
        }

        if (CanEvaluate) ResumeLane(held.Lane);
        FlushBurst(now);
        Settle(now);
    }

    /// <summary>The batch is evaluated up to there; the values that the rest needs are fetched.</summary>
    private void Hold(CommandBatch batch, int next, in ReplyDependency dependency)
    {
        var held = new HeldBatch(batch) { Next = next, Dependency = dependency };
        if (_evaluator.Cold.Count > 0) held.Cold = [.. _evaluator.Cold];
        _held.Add(held);
        Fetch(held);
    }

    /// <summary>Another batch of a lane that is held: its values are fetched ahead, so that a lane does not wait for one after the other.</summary>
    private void HoldBehind(CommandBatch batch)
    {
        if (TryHold(batch) is not { } held) return;
        if (_held.FetchBytes > FetchAheadBytesMax) return;
        _evaluator.LookAhead(batch, 0);
        if (_evaluator.TakeWanted() is not { } wanted) return;
        if (wanted.TryStart(held, _services.Workers, _mailbox)) _held.SetFetch(held, wanted);
        else wanted.Release();
    }

    /// <summary>Null: too much is held already, and it was refused.</summary>
    private HeldBatch? TryHold(CommandBatch batch)
    {
        if (_held.Count >= _services.Settings.QueueBatchesMax)
        {
            Refuse(batch, WhyHeld);
            return null;
        }

        var held = new HeldBatch(batch);
        _held.Add(held);
        return held;
    }

    private void Fetch(HeldBatch held)
    {
        var wanted = _evaluator.TakeWanted()!;
        _held.SetFetch(held, null);
        if (held.Attempts++ < FetchAttemptsMax && _held.FetchBytes + wanted.Bytes <= FetchBytesMax && wanted.TryStart(held, _services.Workers, _mailbox))
        {
            _held.SetFetch(held, wanted);
            return;
        }

        wanted.Release();
        RefuseHeld(held, ShardErrors.ReadersBusy);
    }

    private void ResumeHeld()
    {
        var lanes = _held.ReadyLanes();
        int from = _brake.IsOn && lanes.Count > 0 ? (int)((uint)_resumed++ % lanes.Count) : 0;
        for (int i = 0; i < lanes.Count; i++) ResumeLane(lanes[(from + i) % lanes.Count]);
    }

    private void ResumeLane(object lane)
    {
        while (_held.FirstReady(lane) is { } held)
        {
            var batch = held.Batch;
            if (batch.HasWrite && !MayWrite()) return;
            int began = held.Next;
            var dependency = held.Dependency;
            held.Next = EvaluateFrom(batch, began, held.Fetch, ref dependency);
            held.Dependency = dependency;
            if (held.Next > began) held.Attempts = 0;
            if (_evaluator.Cold.Count > 0) (held.Cold ??= []).AddRange(_evaluator.Cold);
            if (held.Next < batch.Count)
            {
                Fetch(held);
                continue;
            }

            _held.RemoveFirst(held);
            Finish(batch, held.Cold ?? _evaluator.Cold, _evaluator.Settle(batch, began, dependency));
        }
    }

    /// <summary>What is not evaluated is refused; what is evaluated is answered as such. The first of its lane.</summary>
    private void RefuseHeld(HeldBatch held, ReadOnlySpan<byte> error)
    {
        var batch = held.Batch;
        batch.RefuseUnanswered(held.Next, error);
        _held.RemoveFirst(held);
        _evaluator.Cold.Clear();
        Finish(batch, held.Cold ?? _evaluator.Cold, held.Dependency);
    }

    private void ExpireHeld(long now)
    {
        long oldest = now - (long)_services.Settings.WriteTimeout.TotalMicroseconds;
        while (_held.FirstOlderThan(oldest) is { } held) RefuseHeld(held, WhyHeld);
        if (CanEvaluate) ResumeHeld();
    }

    /// <summary>
    /// Leadership is lost. Forwarded batches go back to their senders. Returns the lanes of which something was appended; what has a stamp or left no trace goes to
    /// <see cref="_again"/>, of each lane the newest first.
    /// </summary>
    private HashSet<object>? DropHeld()
    {
        if (_held.Count == 0) return null;
        HashSet<object>? overtaken = null;
        _dropped.Clear();
        _held.TakeAll(_dropped);
        foreach (var held in _dropped)
        {
            var batch = held.Batch;
            if (WaitingBatches.TryGiveBack(batch)) continue;
            if (batch.HasStamp)
            {
                if (WaitingBatches.HasAppended(batch)) (overtaken ??= []).Add(held.Lane);
                batch.Rewind(_ledTerm.Value);
                _again.Add(batch);
            }
            else if (WaitingBatches.HasAppended(batch))
            {
                (overtaken ??= []).Add(held.Lane);
                WaitingBatches.Fail(batch, _shard, _ledTerm, ShardErrors.LeaderChanged);
            }
            else if (batch.Owner is ForwardOrigin)
            {
                batch.ClearReplies();
                Refuse(batch, ShardErrors.LeaderChanged);
            }
            else
            {
                batch.ClearReplies();
                _again.Add(batch);
            }
        }

        _dropped.Clear();
        return overtaken;
    }
}
