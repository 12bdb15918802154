using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>Items by LSN, lowest first; equal LSNs in the order they came.</summary>
internal sealed class LsnHeap<T>
{
    private (Lsn Lsn, long Order, T Item)[] _items = new (Lsn, long, T)[16];
    private int _count;
    private long _order;

    public int Count => _count;

    public void Add(Lsn lsn, T item)
    {
        if (_count == _items.Length)
            Array.Resize(ref _items, _count * 2);
        (Lsn Lsn, long Order, T Item) added = (lsn, _order++, item);
        int at = _count++;
        while (at > 0 && IsBefore(added, _items[(at - 1) / 2]))
        {
            _items[at] = _items[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _items[at] = added;
    }

    /// <summary>Takes the lowest item if its LSN is not above <paramref name="lsn"/>.</summary>
    public bool TryTakeThrough(Lsn lsn, out T item)
    {
        if (_count == 0 || _items[0].Lsn > lsn)
        {
            item = default!;
            return false;
        }

        item = _items[0].Item;
        (Lsn Lsn, long Order, T Item) moved = _items[--_count];
        _items[_count] = default;
        if (_count > 0)
            SiftDown(moved);
        return true;
    }

    private void SiftDown(in (Lsn Lsn, long Order, T Item) moved)
    {
        int at = 0;
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && IsBefore(_items[child + 1], _items[child]))
                child++;
            if (!IsBefore(_items[child], moved))
                break;
            _items[at] = _items[child];
            at = child;
        }

        _items[at] = moved;
    }

    private static bool IsBefore(in (Lsn Lsn, long Order, T Item) left, in (Lsn Lsn, long Order, T Item) right) =>
        left.Lsn < right.Lsn || (left.Lsn == right.Lsn && left.Order < right.Order);
}
