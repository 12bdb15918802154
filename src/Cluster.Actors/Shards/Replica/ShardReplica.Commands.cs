using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

internal sealed partial class ShardReplica
{
    /// <summary>Takes what waits in the queue: evaluates it if this node leads, otherwise forwards it.</summary>
    public void Drain()
    {
        if (_queue is null) return;
        long now = _clock.Now;
        _queue.BeginDrain();
        int taken = 0;
        if (_leading && (_queue.Count > 0 || _forwards.QueuedCount > 0))
        {
            GoOn(now);
            Busy(now);
        }

        if (CanEvaluate && _held.Count > 0) ResumeHeld();
        while (CanEvaluate && taken < BatchesPerWakeMax && _forwards.TryTakeQueued(out var batch))
        {
            Evaluate(batch);
            taken++;
        }

        while (taken < BatchesPerWakeMax && _queue.TryTake(out var batch))
        {
            batch.TakeSequence(_services.Hybrid);
            if (batch.ReadOnly && !batch.HasWrite && !(batch.MaxStalenessMicros > 0 && CanEvaluate)) ReadLocally(batch);
            else if (CanEvaluate) Evaluate(batch);
            else if (_forwards.QueuedCount >= _services.Settings.QueueBatchesMax) Refuse(batch, ShardErrors.NoLeader);
            else _forwards.Enqueue(batch);
            taken++;
        }

        if (_queue.Count > 0 || (CanEvaluate && _forwards.QueuedCount > 0)) _mailbox.Post(Wake.Instance);
        FlushBurst(now);
        Settle(now);
    }

    /// <summary>The values that a batch waited for are read.</summary>
    public void BatchReadDone(BatchRead read)
    {
        long now = _clock.Now;
        FlushBurst(now);
        // Of the replica before this one: it was answered when that one left.
        if (!_reads.Remove(read)) return;
        var batch = read.Batch;
        bool local = read.Term.IsNone;
        if (read.Failure is { } failure)
        {
            _journal.Error(failure, "reading values from disk has failed");
            WaitingBatches.Fail(batch, _shard, read.Term, ShardErrors.Failed);
        }
        else if (local)
        {
            if (read.Moved.Count > 0) ReadLocally(batch);
            else batch.Complete();
        }
        else if (!_leading || _ledTerm != read.Term || (read.Moved.Count > 0 && !CanEvaluate))
        {
            if (WaitingBatches.TryGiveBack(batch))
            {
            }
            else if (batch.HasStamp) _forwards.Retry(batch, read.Term.Value);
            else WaitingBatches.Fail(batch, _shard, read.Term, ShardErrors.LeaderChanged);
        }
        else
        {
            FinishRead(read, batch);
            FlushBurst(now);
        }

        Settle(now);
    }

    /// <summary>The names of keys past their time are read.</summary>
    public void ExpiryReadDone(ExpiryRead read)
    {
        long now = _clock.Now;
        _burst |= _sweep.ReadDone(read, _ledTerm, CanEvaluate);
        FlushBurst(now);
        Settle(now);
    }

    public void EndBurstNow()
    {
        long now = _clock.Now;
        _endBurstPosted = false;
        FlushBurst(now);
        Settle(now);
    }

    private bool CanEvaluate => _leading && _core.CanAppend && Fenced is null;

    private void ReceiveForward(Guid from, ForwardRequest request, long now)
    {
        long number = request.Number;
        var verdict = _received.Judge(from, request.Stream, request.Term, ref number, request.IsCheck);
        if (verdict == ForwardVerdict.Accept)
        {
            var batch = request.Batch;
            batch.Owner = _received.OriginOf(from, _shard, _services.NodeId, _services.Peers);
            batch.OwnerTag = request.Number;
            batch.Shard = _shard;
            batch.Progress.SubmittedAt = now;
            Busy(now);
            if (CanEvaluate) Evaluate(batch);
            else if (!WaitingBatches.TryGiveBack(batch)) Refuse(batch, ShardErrors.LeaderChanged);
            if (_endBurstPosted) return;
            _endBurstPosted = true;
            _mailbox.Post(EndBurst.Instance);
            return;
        }

        if (verdict != ForwardVerdict.Duplicate)
        {
            var outcome = verdict == ForwardVerdict.Stale ? ForwardOutcome.Stale : _moving ? ForwardOutcome.Moving : ForwardOutcome.Refused;
            Send(from, new ForwardReply(request.Stream, number, outcome, _core.Term.Value, _core.Leader ?? Guid.Empty, batch: null, replies: default));
        }

        request.Release();
    }

    private void Evaluate(CommandBatch batch)
    {
        if (batch.IsAdministrative)
        {
            Administer(batch);
            return;
        }

        if (_held.Count > 0 && _held.IsHeld(batch.Owner!.Lane))
        {
            HoldBehind(batch);
            return;
        }

        if (batch.HasWrite && !MayWrite())
        {
            HoldBack(batch);
            return;
        }

        var dependency = ReplyDependency.None;
        int next = EvaluateFrom(batch, 0, fetched: null, ref dependency);
        if (next < batch.Count) Hold(batch, next, dependency);
        else Finish(batch, _evaluator.Cold, _evaluator.Settle(batch, 0, dependency));
    }

    private int EvaluateFrom(CommandBatch batch, int from, ValueFetch? fetched, ref ReplyDependency dependency)
    {
        _evaluating = batch;
        _evaluator.Impossible = from == 0 && batch.HasWrite ? ImpossibleFor(batch) : null;
        int next = _evaluator.Evaluate(batch, from, _ledTerm, fetched, ref dependency);
        _commands += next - from;
        _evaluating = null;
        _burst |= _evaluator.HasExpired || WaitingBatches.HasAppended(batch);
        return next;
    }

    /// <summary>Every command has its reply, or a cold value that is its reply.</summary>
    private void Finish(CommandBatch batch, List<ColdValue> cold, in ReplyDependency dependency)
    {
        if (cold.Count > 0) ReadCold(batch, cold, dependency, _ledTerm);
        else if (dependency.IsNone) batch.Complete();
        else _waiting.Add(batch, dependency);
    }

    private void ReadLocally(CommandBatch batch)
    {
        if (Fenced is not null)
        {
            Refuse(batch, ShardErrors.Failed);
            return;
        }

        if (batch.IsAdministrative)
        {
            if (batch[0].Kind == CommandKind.WaitBookmark) WaitBookmark(batch);
            else if (batch[0].Kind == CommandKind.Staleness) TellStaleness(batch);
            else Refuse(batch, "ERR unknown command kind"u8);
            return;
        }

        if (RefuseStale(batch)) return;
        _evaluating = batch;
        _commands += batch.Count;
        CommittedReader.Evaluate(_store, batch, _cold, _services.Hybrid.Next());
        _evaluating = null;
        if (_cold.Count > 0) ReadCold(batch, _cold, ReplyDependency.None, Term.None);
        else batch.Complete();
    }

    private void ReadCold(CommandBatch batch, List<ColdValue> values, ReplyDependency dependency, Term term)
    {
        var read = new BatchRead(_store, batch, values.ToArray(), dependency, term, _mailbox);
        if (_services.Workers.TryRun(read)) _reads.Add(read);
        else WaitingBatches.Fail(batch, _shard, term, ShardErrors.ReadersBusy);
    }

    private void FinishRead(BatchRead read, CommandBatch batch)
    {
        var dependency = read.Dependency;
        _cold.Clear();
        foreach (int index in read.Moved)
        {
            dependency = dependency.And(_evaluator.EvaluateGetAgain(batch, index, read.Term));
            _burst |= _evaluator.HasExpired;
            _cold.AddRange(_evaluator.Cold);
        }

        if (_cold.Count > 0) ReadCold(batch, _cold, dependency, read.Term);
        else if (dependency.IsNone) batch.Complete();
        else _waiting.Add(batch, dependency);
    }

    /// <summary>One notice to the core and one wake of the writer for everything that was appended since the last.</summary>
    private void FlushBurst(long now)
    {
        if (!_burst) return;
        _burst = false;
        GoOn(now);
        Busy(now);
        _core.LeaderAppended(_store.LastLsn, now);
        _store.RequestFlush();
    }

    private static void Refuse(CommandBatch batch, ReadOnlySpan<byte> error)
    {
        batch.RefuseUnanswered(error);
        batch.Complete();
    }
}
