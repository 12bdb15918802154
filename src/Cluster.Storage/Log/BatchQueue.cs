namespace Cluster.Storage.Log;

/// <summary>
/// Hands batches from the owner to the writer. A batch stays open over several bursts until the writer comes for it: the longer a
/// sync takes, the more records share the next one. One lock per burst and per round, none per record.
/// </summary>
internal sealed class BatchQueue
{
    private const int SpareMax = 16;

    private readonly Lock _gate = new();
    private readonly Queue<WalBatch> _waiting = new();
    private readonly Stack<WalBatch> _spare = new();

    /// <summary>Owner: an object for the next batch.</summary>
    public WalBatch Rent()
    {
        lock (_gate)
            return _spare.TryPop(out var spare) ? spare : new WalBatch();
    }

    /// <summary>Writer: the batch was written. Its state stays Taken until it begins anew.</summary>
    public void Return(WalBatch batch)
    {
        batch.Forget();
        lock (_gate)
        {
            if (_spare.Count < SpareMax)
                _spare.Push(batch);
        }
    }

    public void Add(WalBatch batch)
    {
        lock (_gate)
            _waiting.Enqueue(batch);
    }

    /// <summary>Owner: goes on with a batch that was offered. False if the writer has it.</summary>
    public bool TryReopen(WalBatch batch)
    {
        lock (_gate)
        {
            if (batch.State != WalBatch.Stage.Offered)
                return false;
            batch.State = WalBatch.Stage.Filling;
            return true;
        }
    }

    public void Offer(WalBatch batch) => Set(batch, WalBatch.Stage.Offered);

    public void Close(WalBatch batch) => Set(batch, WalBatch.Stage.Closed);

    /// <summary>Writer: takes all that are complete, in order.</summary>
    public void TakeAll(List<WalBatch> into)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var batch) && batch!.State is WalBatch.Stage.Offered or WalBatch.Stage.Closed)
            {
                _waiting.Dequeue();
                batch.State = WalBatch.Stage.Taken;
                into.Add(batch);
            }
        }
    }

    private void Set(WalBatch batch, WalBatch.Stage state)
    {
        lock (_gate)
            batch.State = state;
    }
}
