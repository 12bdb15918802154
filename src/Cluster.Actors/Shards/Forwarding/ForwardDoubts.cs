namespace Cluster.Actors.Shards;

/// <summary>
/// Forwarded batches of ended streams that have no answer yet. They were possibly appended, so they are never sent again:
/// they end with a late answer, with a definite refusal, or by time as unknown.
/// </summary>
internal sealed class ForwardDoubts(int shard)
{
    private readonly List<Doubt> _doubts = [];

    private readonly record struct Doubt(CommandBatch Batch, long Stream, long Number, long Term, long GiveUpAt);

    public int Count => _doubts.Count;

    public void Add(CommandBatch batch, long stream, long number, long term) => _doubts.Add(new Doubt(batch, stream, number, term, long.MaxValue));

    /// <summary>Whether one that was added at index <paramref name="from"/> or later belongs to that lane.</summary>
    public bool HasLane(int from, object? lane)
    {
        for (int i = from; i < _doubts.Count; i++)
            if (ReferenceEquals(_doubts[i].Batch.Owner?.Lane, lane)) return true;
        return false;
    }

    public CommandBatch? Take(long stream, long number)
    {
        for (int i = 0; i < _doubts.Count; i++)
        {
            if (_doubts[i].Stream != stream || _doubts[i].Number != number) continue;
            var batch = _doubts[i].Batch;
            _doubts.RemoveAt(i);
            return batch;
        }

        return null;
    }

    /// <summary>A newer leader is known: the one of an older term answers soon or not at all.</summary>
    public void GiveUpOlderTerms(long term, long at)
    {
        for (int i = 0; i < _doubts.Count; i++)
            if (_doubts[i].Term < term && at < _doubts[i].GiveUpAt) _doubts[i] = _doubts[i] with { GiveUpAt = at };
    }

    /// <summary>The receiver has not accepted these. Later batches of the same connection may be on their way already, so they are not sent again.</summary>
    public void Refuse(long stream, long firstNumber)
    {
        for (int i = _doubts.Count - 1; i >= 0; i--)
        {
            if (_doubts[i].Stream != stream || _doubts[i].Number < firstNumber) continue;
            var batch = _doubts[i].Batch;
            _doubts.RemoveAt(i);
            batch.RefuseUnanswered(ShardErrors.LeaderChanged);
            batch.Complete();
        }
    }

    public void Tick(long now, long timeoutMicros)
    {
        for (int i = _doubts.Count - 1; i >= 0; i--)
        {
            var doubt = _doubts[i];
            if (now < doubt.GiveUpAt && now - doubt.Batch.Progress.SubmittedAt < timeoutMicros) continue;
            _doubts.RemoveAt(i);
            GiveUp(doubt.Batch, shard, doubt.Term);
        }
    }

    public void GiveUpAll()
    {
        foreach (var doubt in _doubts) GiveUp(doubt.Batch, shard, doubt.Term);
        _doubts.Clear();
    }

    /// <summary>No answer came: writes are unknown, reads have certainly changed nothing.</summary>
    public static void GiveUp(CommandBatch batch, int shard, long term)
    {
        batch.ClearReplies();
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsWrite) batch.SetUnknown(i, shard, term, 0);
            else batch.SetError(i, ShardErrors.NotAccepted);
        }

        batch.Complete();
    }
}
