namespace Cluster.Storage.Log;

/// <summary>The writer threads of a node, each with its set of participants, assigned in turn.</summary>
public sealed class WriterPool : IStorageScheduler, IDisposable
{
    private readonly WriterLane[] _lanes;
    private int _next = -1;

    public WriterPool(int threads = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _lanes = new WriterLane[threads];
        for (var i = 0; i < threads; i++)
            _lanes[i] = new WriterLane($"storage-writer-{i + 1}");
    }

    public IStorageLane Assign() => _lanes[(uint)Interlocked.Increment(ref _next) % (uint)_lanes.Length];

    /// <summary>Ends the threads after their current rounds. Logs are closed before.</summary>
    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
    }
}
