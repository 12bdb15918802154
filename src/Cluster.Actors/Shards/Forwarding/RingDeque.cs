namespace Cluster.Actors.Shards;

/// <summary>A growing ring: both ends in O(1), no allocation per element.</summary>
internal sealed class RingDeque<T>
{
    private T[] _items = new T[16];
    private int _head;

    public int Count { get; private set; }

    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return ref _items[(_head + index) & (_items.Length - 1)];
        }
    }

    public void PushBack(T item)
    {
        Grow();
        _items[(_head + Count++) & (_items.Length - 1)] = item;
    }

    public void PushFront(T item)
    {
        Grow();
        _head = (_head - 1) & (_items.Length - 1);
        Count++;
        _items[_head] = item;
    }

    public T PopFront()
    {
        var item = this[0];
        _items[_head] = default!;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        return item;
    }

    public T PopBack()
    {
        var item = this[Count - 1];
        this[Count - 1] = default!;
        Count--;
        return item;
    }

    private void Grow()
    {
        if (Count < _items.Length) return;
        var larger = new T[_items.Length * 2];
        for (int i = 0; i < Count; i++) larger[i] = this[i];
        _items = larger;
        _head = 0;
    }
}
