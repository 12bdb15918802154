using System.Buffers;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// The places of merged values on their way from the merge to the directory's writer: one batch, filled by the one, then applied by the other in
/// bounded pieces, then filled again. Its memory is there only while a merge hands over.
/// </summary>
internal sealed class RelocationBatch
{
    public const int Capacity = 8192;

    private Relocation[] _items = [];
    private int _count;
    private int _applied;
    private int _full;
    private MergeSources? _sources;

    private struct Relocation
    {
        public KeyHash Hash;
        public ValueLocation To;
    }

    /// <summary>The batch is the writer's. Any thread.</summary>
    public bool IsFull => Volatile.Read(ref _full) != 0;

    public bool HasRoom => _count < Capacity;

    public bool IsEmpty => _count == 0;

    /// <summary>Merge only, while the batch is its own.</summary>
    public void Begin(MergeSources sources)
    {
        _sources = sources;
        _items = ArrayPool<Relocation>.Shared.Rent(Capacity);
        _count = 0;
    }

    public void Add(in KeyHash hash, ValueLocation to) => _items[_count++] = new Relocation { Hash = hash, To = to };

    /// <summary>Gives the batch to the writer.</summary>
    public void Offer()
    {
        _applied = 0;
        Volatile.Write(ref _full, 1);
    }

    /// <summary>Merge only, while the batch is its own.</summary>
    public void End()
    {
        if (_items.Length > 0)
            ArrayPool<Relocation>.Shared.Return(_items);
        _items = [];
        _count = 0;
    }

    /// <summary>Writer only: applies up to that many. True if the batch went back to the merge.</summary>
    public bool Apply(KeyDirectory directory, int max)
    {
        if (!IsFull)
            return false;
        var end = Math.Min(_count, _applied + max);
        for (; _applied < end; _applied++)
            directory.Move(_items[_applied].Hash, _sources!, _items[_applied].To);
        if (_applied < _count)
            return false;
        _count = 0;
        Volatile.Write(ref _full, 0);
        return true;
    }
}
