using System.Collections.Generic;

namespace Akka.Remote.Wire;

/// <summary>
/// What one connection has already spelled out and now names by a number. Bounded: the oldest entry gives its number to the newest,
/// the receiver simply overwrites it.
/// </summary>
internal sealed class OutboundTable<T>(IEqualityComparer<T> comparer) where T : class
{
    private readonly Dictionary<T, ushort> _numbers = new(comparer);
    private readonly T[] _slots = new T[FrameLimits.TableSize];
    private int _next;

    public bool TryGet(T key, out ushort number) => _numbers.TryGetValue(key, out number);

    public ushort Define(T key)
    {
        int slot = _next;
        _next = (_next + 1) % _slots.Length;
        if (_slots[slot] is { } oldest) _numbers.Remove(oldest);
        _slots[slot] = key;
        _numbers[key] = (ushort)slot;
        return (ushort)slot;
    }

    public void Clear()
    {
        _numbers.Clear();
        System.Array.Clear(_slots);
        _next = 0;
    }
}
