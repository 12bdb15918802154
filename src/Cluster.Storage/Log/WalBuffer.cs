namespace Cluster.Storage.Log;

/// <summary>
/// The recent end of a log in memory, shared by all its readers, bounded in bytes: the oldest chunks go first, chunks with records
/// that are not flushed stay. The lock guards the list only; nobody reads record bytes or does I/O under it.
/// </summary>
internal sealed class WalBuffer(long bytesMax)
{
    private readonly Lock _gate = new();
    private readonly List<WalChunk> _chunks = [];
    private long _bytes;
    private long _oldest = long.MaxValue;

    public long Bytes => Volatile.Read(ref _bytes);

    public void Add(WalChunk chunk, Lsn flushed)
    {
        lock (_gate)
        {
            _chunks.Add(chunk);
            _bytes += chunk.Capacity;
            Trim(flushed);
            NoteOldest();
        }
    }

    public void TrimTo(Lsn flushed)
    {
        if (Bytes <= bytesMax)
            return;
        lock (_gate)
        {
            Trim(flushed);
            NoteOldest();
        }
    }

    /// <summary>Drops everything, for a cut or the end. Slices keep what they hold.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var chunk in _chunks)
                chunk.Release();
            _chunks.Clear();
            _bytes = 0;
            NoteOldest();
        }
    }

    /// <summary>
    /// Collects the chunk that holds the record and its successors until they hold <paramref name="maxBytes"/>, each with a reference
    /// for the caller. False if the record is not here.
    /// </summary>
    public bool Acquire(Lsn lsn, int maxBytes, List<WalChunk> into)
    {
        lock (_gate)
        {
            var index = IndexOf(lsn);
            if (index < 0 || _chunks[index].Last < lsn)
                return false;
            for (long bytes = 0; index < _chunks.Count && bytes < Math.Max(1, maxBytes); index++)
            {
                // The first chunk counts only from the record on; one chunk more than needed does no harm.
                if (into.Count > 0)
                    bytes += _chunks[index].Published;
                _chunks[index].AddReference();
                into.Add(_chunks[index]);
            }

            return true;
        }
    }

    /// <summary>The chunk with those bytes, with a reference for the caller, or null.</summary>
    public WalChunk? Acquire(RecordLocation location)
    {
        // Most values that are read lie in files: no lock for them.
        if (Place(location.Segment, location.Offset) < Volatile.Read(ref _oldest))
            return null;
        lock (_gate)
        {
            int low = 0, high = _chunks.Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var chunk = _chunks[middle];
                if (chunk.Segment.Number < location.Segment || (chunk.Segment.Number == location.Segment && chunk.FileStart <= location.Offset))
                    low = middle + 1;
                else
                    high = middle - 1;
            }

            if (high < 0)
                return null;
            var found = _chunks[high];
            if (found.Segment.Number != location.Segment || location.Offset + location.Length > found.FileStart + found.Published)
                return null;
            found.AddReference();
            return found;
        }
    }

    /// <summary>Orders places by segment, then by offset, which is below 4 GiB.</summary>
    private static long Place(int segment, long offset) => ((long)segment << 32) | offset;

    private void NoteOldest() => Volatile.Write(ref _oldest, _chunks.Count == 0 ? long.MaxValue : Place(_chunks[0].Segment.Number, _chunks[0].FileStart));

    private void Trim(Lsn flushed)
    {
        var drop = 0;
        while (_bytes > bytesMax && drop < _chunks.Count - 1 && _chunks[drop].Last <= flushed)
        {
            _bytes -= _chunks[drop].Capacity;
            _chunks[drop].Release();
            drop++;
        }

        if (drop > 0)
            _chunks.RemoveRange(0, drop);
    }

    private int IndexOf(Lsn lsn)
    {
        int low = 0, high = _chunks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_chunks[middle].First <= lsn)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high;
    }
}
