namespace Cluster.Storage.Keys;

/// <summary>
/// A queue of entries in chunks: added at the end, taken from the front by commits and from the end by cuts, found by sequence
/// number. Nothing is copied when it grows; emptied chunks are used again.
/// </summary>
internal sealed class PendingQueue
{
    private const int ChunkBits = 8;
    private const int ChunkLength = 1 << ChunkBits;

    // Chunks kept for reuse: 256 KiB.
    private const int SparesMax = 16;

    private PendingEntry[]?[] _chunks = new PendingEntry[8][];
    private readonly Stack<PendingEntry[]> _spares = new(SparesMax);

    /// <summary>Sequence number of the oldest entry; <see cref="End"/> if there is none.</summary>
    public long First { get; private set; } = 1;

    /// <summary>Sequence number of the next entry to be added.</summary>
    public long End { get; private set; } = 1;

    public bool IsEmpty => First == End;

    public int Count => (int)(End - First);

    /// <summary>The reference holds until the entry is removed.</summary>
    public ref PendingEntry this[long sequence] => ref _chunks[Index(sequence)]![sequence & (ChunkLength - 1)];

    public ref PendingEntry Add(out long sequence)
    {
        sequence = End;
        if (IsEmpty || (sequence & (ChunkLength - 1)) == 0)
            EnsureChunk(sequence);
        End++;
        return ref this[sequence];
    }

    public void RemoveFirst()
    {
        var sequence = First++;
        if (IsEmpty || (First & (ChunkLength - 1)) == 0)
            Release(sequence);
    }

    public void RemoveLast()
    {
        var sequence = --End;
        if (IsEmpty || (sequence & (ChunkLength - 1)) == 0)
            Release(sequence);
    }

    private int Index(long sequence) => (int)((sequence >> ChunkBits) & (_chunks.Length - 1));

    private void EnsureChunk(long sequence)
    {
        var chunksInUse = IsEmpty ? 0 : (int)((sequence - 1 >> ChunkBits) - (First >> ChunkBits)) + 1;
        if (chunksInUse == _chunks.Length)
            Grow();
        ref var chunk = ref _chunks[Index(sequence)];
        chunk ??= _spares.TryPop(out var spare) ? spare : new PendingEntry[ChunkLength];
    }

    private void Release(long sequence)
    {
        ref var chunk = ref _chunks[Index(sequence)];
        if (_spares.Count < SparesMax)
            _spares.Push(chunk!);
        chunk = null;
    }

    private void Grow()
    {
        var old = _chunks;
        var wider = new PendingEntry[old.Length * 2][];
        for (var chunk = First >> ChunkBits; chunk <= (End - 1) >> ChunkBits; chunk++)
            wider[chunk & (wider.Length - 1)] = old[chunk & (old.Length - 1)]!;
        _chunks = wider;
    }
}
