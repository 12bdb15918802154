namespace Cluster.Storage.Log;

/// <summary>
/// The writer threads of a node, each with its set of participants, assigned in turn, and one thread for background work, made when it is first asked for.
/// </summary>
public sealed class WriterPool : IStorageScheduler, IDisposable
{
    private readonly WriterLane[] _lanes;
    private readonly Lock _gate = new();
    private WriterLane? _background;
    private int _next = -1;

    public WriterPool(int threads = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _lanes = new WriterLane[threads];
        for (var i = 0; i < threads; i++)
            _lanes[i] = new WriterLane($"storage-writer-{i + 1}");
    }

    public IStorageLane Assign() => _lanes[(uint)Interlocked.Increment(ref _next) % (uint)_lanes.Length];

    public IStorageLane AssignBackground()
    {
        lock (_gate)
            return _background ??= new WriterLane("storage-background", looks: false);
    }

    /// <summary>Ends the threads after their current rounds. Logs are closed before.</summary>
    public void Dispose()
    {
        _background?.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
    }
}
