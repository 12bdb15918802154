namespace Cluster.Storage.Log;

/// <summary>
/// The segments of a log, oldest first; numbers and first LSNs both ascend. Changed under a lock by owner and writer, read without
/// one on any thread.
/// </summary>
internal sealed class SegmentTable
{
    private readonly Lock _gate = new();
    private Segment[] _segments = [];
    private int _lastNumber;

    public Segment[] Current => Volatile.Read(ref _segments);

    public Segment? Newest => Current is [.., var last] ? last : null;

    public int NextNumber() => Interlocked.Increment(ref _lastNumber);

    public void Add(Segment segment)
    {
        lock (_gate)
            Volatile.Write(ref _segments, [.. _segments, segment]);
    }

    /// <summary>Takes the segment out; its file is closed when the last reader lets go.</summary>
    public void Remove(Segment segment)
    {
        lock (_gate)
            Volatile.Write(ref _segments, [.. _segments.Where(other => other != segment)]);
        segment.Release();
    }

    public void Clear()
    {
        Segment[] all;
        lock (_gate)
        {
            all = _segments;
            Volatile.Write(ref _segments, []);
        }

        foreach (var segment in all)
            segment.Release();
    }

    /// <summary>The segment with that number, held for the caller, or null if it is gone.</summary>
    public Segment? Acquire(int number)
    {
        var segments = Current;
        int low = 0, high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (segments[middle].Number == number)
                return segments[middle].TryAcquire() ? segments[middle] : null;
            if (segments[middle].Number < number)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }

    /// <summary>The last segment that begins at or before that record, held for the caller, or null.</summary>
    public Segment? AcquireFor(Lsn lsn)
    {
        var segments = Current;
        int low = 0, high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (segments[middle].First <= lsn)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high >= 0 && segments[high].TryAcquire() ? segments[high] : null;
    }
}
