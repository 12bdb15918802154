namespace Cluster.Actors.Shards.Core;

/// <summary>First in, first out, in memory that is reused. Inputs given while effects are being executed add behind what is there.</summary>
internal sealed class EffectQueue
{
    private Effect[] _items = new Effect[16];
    private int _head;
    private int _count;

    public int Count => _count;

    /// <summary>A cleared entry at the end of the queue, to be filled before the next call.</summary>
    public ref Effect Add(EffectKind kind)
    {
        if (_count == _items.Length)
            Grow();
        ref Effect item = ref _items[(_head + _count++) & (_items.Length - 1)];
        item = default;
        item.Kind = kind;
        return ref item;
    }

    public bool TryTake(out Effect effect)
    {
        if (_count == 0)
        {
            effect = default;
            return false;
        }

        effect = _items[_head];
        _head = (_head + 1) & (_items.Length - 1);
        _count--;
        return true;
    }

    private void Grow()
    {
        var items = new Effect[_items.Length * 2];
        for (int i = 0; i < _count; i++)
            items[i] = _items[(_head + i) & (_items.Length - 1)];
        _items = items;
        _head = 0;
    }
}
